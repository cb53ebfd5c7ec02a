import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import {
  bootstrapAddresses,
  ClusterBackup,
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
import { ofTier, tierSettings } from "../environments/schema";
import { ClusterImages } from "./cluster-images";
import { upgradesOf } from "./cluster-upgrades";
import type { NetworkOutputs } from "./network";
import { type GkeEnvironment, PlatformStack } from "./platform-stack";
import { runningParts } from "./running-parts";

/** Name of the Terraform output that holds the control plane's DNS name; in-cluster stacks read it by remote state. */
export const dnsEndpointOutput = "dns_endpoint";

/** How Vault opens itself: a key of Cloud KMS and the identity that may use it. */
export interface VaultSeal {
  readonly project: string;
  /** Region of the key ring. */
  readonly region: string;
  readonly keyRing: string;
  readonly cryptoKey: string;
  /** Bucket of the recovery keys, each encrypted by the same key. */
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
  private running: readonly PlatformStack[] = [];

  constructor(scope: Construct, environment: GkeEnvironment, { network }: ClusterStackProps) {
    super(scope, "cluster", environment);
    const { name: prefix, target } = environment;
    const { project, region, tier } = target;
    const place = { environment: prefix, project, region };
    const bootstrap = bootstrapAddresses(this, place);
    googleProvider(this, { ...place, impersonate: bootstrap.applyIdentity });

    const { google } = environment;
    const settings = google.cluster;
    const keys = settings.ownKeys ? bootstrap.keys : undefined;
    const nodes = new NodeServiceAccount(this, "NodeServiceAccount", {
      project,
      accountId: bootstrap.nodesAccount,
    });
    const images = new ClusterImages(this, "Images", { environment, nodes, runs: () => runningParts(this.running) });
    const cluster = new GkeCluster(this, "Cluster", {
      ...upgradesOf(settings),
      project,
      region,
      zones: target.zones,
      name: prefix,
      network,
      serviceAccount: nodes,
      releaseChannel: ofTier(tier, tierSettings.releaseChannel),
      etcdKey: keys?.etcd,
      diskKey: keys?.disks,
      securityGroup: google.organization && `gke-security-groups@${google.organization.domain}`,
      binaryAuthorization: settings.images.admission !== "any",
      upgradeNotices: settings.upgradeNotices,
      noticesKey: keys?.logs,
      authorizedNetworks: settings.authorizedNetworks,
      publicEndpoint: settings.publicEndpoint,
      autoProvisioning: settings.autoProvisioning,
      confidentialNodes: settings.confidentialNodes,
      backupAgent: settings.backup !== undefined,
      bucketVolumes: settings.bucketVolumes,
      dependsOn: images.policy,
      allowDestroy: environment.allowDestroy,
    });
    if (settings.backup) {
      new ClusterBackup(this, "Backup", {
        ...settings.backup,
        project,
        region,
        name: prefix,
        cluster: cluster.resource.id,
        kmsKey: keys?.backup,
        // Vault is restored from its own snapshots, the rest by Google.
        notRestored: ["kube-node-lease", "kube-public", "kube-system", vaultAccess.namespace],
      });
    }
    for (const pool of target.nodePools) {
      cluster.addNodePool(`Pool${idOf(pool.name)}`, pool);
    }

    const seal = new VaultSealIdentity(this, "VaultSeal", {
      project,
      accountId: bootstrap.vaultAccount,
      kubernetes: [vaultAccess.serverAccount, vaultAccess.bootstrapAccount].map((serviceAccount) => ({
        namespace: vaultAccess.namespace,
        serviceAccount,
      })),
      cluster: cluster.resource,
    });
    const recovery = new VaultRecoveryBucket(this, "VaultRecovery", {
      name: gcpName(this, "bucket", project, prefix, "recovery"),
      location: region,
      kmsKey: bootstrap.keys.snapshots,
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
            locked: ofTier(tier, tierSettings.lockedBackups),
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

  /** Admits the images of the layers inside the cluster. It comes last, when they are built, although this one is applied before. */
  admit(stacks: readonly PlatformStack[]): void {
    this.running = stacks;
  }
}
