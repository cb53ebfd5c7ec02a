import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import {
  bootstrapAddresses,
  GkeCluster,
  gcpName,
  googleProvider,
  NodeServiceAccount,
  VaultRecoveryBucket,
  VaultSealIdentity,
  VaultSnapshotBucket,
} from "../constructs/gke";
import { idOf } from "../constructs/kubernetes/names";
import { vaultAccess } from "../constructs/vault";
import type { NetworkOutputs } from "./network";
import { type GkeEnvironment, PlatformStack } from "./platform-stack";

/** Name of the Terraform output that holds the control plane's DNS name; in-cluster stacks read it by remote state. */
export const dnsEndpointOutput = "dns_endpoint";

/** How Vault opens itself: a key of Cloud KMS and the identity that may use it. */
export interface VaultSeal {
  readonly project: string;
  /** Region of the key ring. */
  readonly region: string;
  readonly keyRing: string;
  readonly cryptoKey: string;
  /** Bucket of the recovery keys, encrypted by the same key. */
  readonly recoveryBucket: string;
  /** Annotations of the Kubernetes service accounts of the servers and of their bootstrap job. */
  readonly serviceAccountAnnotations: Readonly<Record<string, string>>;
}

/** Where Vault's snapshots go: a bucket, and the identity that may add to it. */
export interface VaultSnapshotPlace {
  readonly bucket: string;
  /** Annotations of the Kubernetes service account that uploads. */
  readonly serviceAccountAnnotations: Readonly<Record<string, string>>;
}

/** What the cluster layer offers; all but the endpoint is computed. */
export interface ClusterOutputs {
  readonly name: string;
  readonly project: string;
  /** Region of the cluster. */
  readonly location: string;
  /** `projects/<project>/locations/<region>/clusters/<name>` */
  readonly id: string;
  /** Pool that maps Kubernetes service accounts to Google's. */
  readonly workloadPool: string;
  readonly vaultSeal: VaultSeal;
  /** Absent where snapshots go elsewhere. */
  readonly vaultSnapshots?: VaultSnapshotPlace;
}

/** What a {@link ClusterStack} needs of the layers before it. */
export interface ClusterStackProps {
  readonly network: NetworkOutputs;
}

/** Layer `cluster`: the GKE cluster, its node pools, the identities of nodes and of Vault, and the buckets of Vault's recovery keys and snapshots. */
export class ClusterStack extends PlatformStack {
  readonly outputs: ClusterOutputs;

  constructor(scope: Construct, environment: GkeEnvironment, { network }: ClusterStackProps) {
    super(scope, "cluster", environment);
    const { name: prefix, target } = environment;
    const { project, region, tier } = target;
    const place = { environment: prefix, project, region };
    const bootstrap = bootstrapAddresses(this, place);
    googleProvider(this, { ...place, impersonate: bootstrap.applyIdentity });

    // Staging is where production's protection is tried first, so both have all of it.
    const hardened = tier !== "dev";
    const cluster = new GkeCluster(this, "Cluster", {
      project,
      region,
      zones: target.zones,
      name: prefix,
      network,
      serviceAccount: new NodeServiceAccount(this, "NodeServiceAccount", {
        project,
        accountId: gcpName(this, "service-account", prefix, "nodes"),
      }),
      releaseChannel: tier === "prod" ? "STABLE" : "REGULAR",
      etcdKey: hardened ? bootstrap.keys.etcd : undefined,
      diskKey: hardened ? bootstrap.keys.disks : undefined,
      binaryAuthorization: hardened,
      upgradeNotices: hardened,
      allowDestroy: environment.allowDestroy,
    });
    for (const pool of target.nodePools) {
      cluster.addNodePool(`Pool${idOf(pool.name)}`, pool);
    }

    const seal = new VaultSealIdentity(this, "VaultSeal", {
      project,
      accountId: gcpName(this, "service-account", prefix, "vault"),
      key: bootstrap.keys["vault-unseal"],
      kubernetes: [vaultAccess.serverAccount, vaultAccess.bootstrapAccount].map((serviceAccount) => ({
        namespace: vaultAccess.namespace,
        serviceAccount,
      })),
      cluster: cluster.resource,
    });
    const recovery = new VaultRecoveryBucket(this, "VaultRecovery", {
      name: gcpName(this, "bucket", project, prefix, "recovery"),
      location: region,
      identity: seal,
      allowDestroy: environment.allowDestroy,
    });

    const { destination, keepDays } = environment.vault.snapshots;
    const snapshots =
      destination.kind === "gcs"
        ? new VaultSnapshotBucket(this, "VaultSnapshots", {
            project,
            name: gcpName(this, "bucket", project, prefix, "snapshots"),
            location: region,
            kmsKey: bootstrap.keys.snapshots,
            accountId: gcpName(this, "service-account", prefix, "snapshots"),
            kubernetes: { namespace: vaultAccess.namespace, serviceAccount: vaultAccess.snapshots },
            keepDays,
            locked: tier === "prod",
            cluster: cluster.resource,
          })
        : undefined;

    new TerraformOutput(this, dnsEndpointOutput, {
      value: cluster.dnsEndpoint,
      description: "DNS name of the control plane; IAM decides who gets through",
      staticId: true,
    });
    this.outputs = {
      name: cluster.name,
      project,
      location: region,
      id: `projects/${project}/locations/${region}/clusters/${cluster.name}`,
      workloadPool: cluster.workloadPool,
      vaultSeal: {
        project,
        region,
        keyRing: bootstrap.keyRing,
        cryptoKey: "vault-unseal",
        recoveryBucket: recovery.name,
        serviceAccountAnnotations: seal.annotations,
      },
      vaultSnapshots: snapshots && {
        bucket: snapshots.name,
        serviceAccountAnnotations: snapshots.identity.annotations,
      },
    };
  }
}
