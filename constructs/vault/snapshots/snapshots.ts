import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import {
  CronJobV1,
  type CronJobV1SpecJobTemplateSpecTemplateSpecContainer,
  type CronJobV1SpecJobTemplateSpecTemplateSpecVolume,
} from "@cdktf/provider-kubernetes/lib/cron-job-v1";
import { PersistentVolumeClaimV1 } from "@cdktf/provider-kubernetes/lib/persistent-volume-claim-v1";
import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import { KubernetesAuthBackendRole } from "@cdktf/provider-vault/lib/kubernetes-auth-backend-role";
import { Policy } from "@cdktf/provider-vault/lib/policy";
import { Annotations, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { images } from "../../../charts";
import type { INamespace } from "../../kubernetes";
import type { SecretRef } from "../../secrets/secret-ref";
import { DeploySettings, literal, PlatformError } from "../../terraform";
import { clientJob } from "../client-job";
import { vaultAccess, vaultAddress } from "../vault-access";
import { roleOf } from "../vault-secrets";
import { type SnapshotDestination, snapshotMounts, snapshotScripts, storeEnvironment } from "./snapshot-scripts";

/** A snapshot that is taken again and again. */
export interface SnapshotSchedule {
  /** Minute, hour, day, month and weekday, in UTC. */
  readonly cron: string;
  /** Days after which a copy is removed, where the destination has no lifecycle of its own. */
  readonly keepDays: number;
  readonly destination: SnapshotDestination;
  /**
   * Keys `access_key_id` and `secret_access_key` of the destination `s3`, which the job's account may read.
   *
   * @default - none: the destination needs no key
   */
  readonly credentials?: SecretRef<"access_key_id" | "secret_access_key">;
}

/** Settings of {@link VaultSnapshots}. */
export interface VaultSnapshotsProps {
  /** Namespace of the servers. */
  readonly namespace: INamespace;
  /**
   * Annotations of the job's account, by which a cloud lets it upload.
   *
   * @default - none
   */
  readonly serviceAccountAnnotations?: { readonly [name: string]: string };
  /**
   * @default - none on a schedule; the account and its role are there for a snapshot by hand
   */
  readonly schedule?: SnapshotSchedule;
  /**
   * What must exist before anything else is configured in Vault: the audit devices (rule VCF-04).
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** Life of a token that takes snapshots, in seconds. */
const tokenTtl = 15 * 60;

/** Time that one try may take, in seconds. */
const deadline = 30 * 60;

/**
 * Snapshots of Vault's storage, taken by an account that can read nothing else in Vault, and stored off the cluster where
 * the destination is (rule VLT-14).
 *
 * @see https://developer.hashicorp.com/vault/docs/commands/operator/raft#snapshot-save
 */
export class VaultSnapshots extends Construct {
  /** Absent where none are taken on a schedule. */
  readonly job?: CronJobV1;

  /** @throws PlatformError for the destination `s3` without credentials */
  constructor(scope: Construct, id: string, props: VaultSnapshotsProps) {
    super(scope, id);
    const account = new ServiceAccountV1(this, "ServiceAccount", {
      metadata: {
        name: vaultAccess.snapshots,
        namespace: props.namespace.name,
        annotations: props.serviceAccountAnnotations ? { ...props.serviceAccountAnnotations } : undefined,
      },
      automountServiceAccountToken: false,
      dependsOn: props.namespace.resource ? [props.namespace.resource] : undefined,
    });
    const role = this.role(props);
    if (props.schedule) {
      this.job = this.cronJob(props.namespace, props.schedule, [account, role]);
    }
  }

  private role({ namespace, dependsOn }: VaultSnapshotsProps): ITerraformDependable {
    const first = dependsOn ? [...dependsOn] : undefined;
    const policy = new Policy(this, "Policy", {
      name: vaultAccess.snapshots,
      policy: 'path "sys/storage/raft/snapshot" {\n  capabilities = ["read"]\n}\n',
      dependsOn: first,
    });
    return new KubernetesAuthBackendRole(this, "Role", {
      backend: vaultAccess.kubernetesAuthPath,
      roleName: vaultAccess.snapshots,
      boundServiceAccountNames: [vaultAccess.snapshots],
      boundServiceAccountNamespaces: [namespace.name],
      audience: vaultAccess.audience,
      tokenPolicies: [policy.name],
      tokenTtl,
      tokenMaxTtl: tokenTtl,
      dependsOn: first,
    });
  }

  private cronJob(
    namespace: INamespace,
    schedule: SnapshotSchedule,
    dependsOn: readonly ITerraformDependable[],
  ): CronJobV1 {
    const { cron, destination, keepDays, credentials } = schedule;
    const settings = DeploySettings.of(this);
    const name = vaultAccess.snapshots;
    const labels = { "app.kubernetes.io/name": name };
    if (destination.kind === "s3" && !credentials) {
      throw new PlatformError(this, "the destination s3 has no credentials", "give the keys of the bucket");
    }
    if (destination.kind === "volume") {
      Annotations.of(this).addInfo("snapshots are kept in the cluster and are lost with it: take them off it by hand");
    }
    const scripts = new ConfigMapV1(this, "Scripts", {
      metadata: { name, namespace: namespace.name },
      data: Object.fromEntries(
        Object.entries(snapshotScripts(destination.kind)).map(([file, script]) => [file, literal(script)]),
      ),
    });
    const claim = destination.kind === "volume" ? this.claim(namespace, destination.size) : undefined;
    const vault = settings.image(images.vault);

    return new CronJobV1(this, "Resource", {
      metadata: { name, namespace: namespace.name, labels },
      spec: {
        schedule: cron,
        timezone: "Etc/UTC",
        concurrencyPolicy: "Forbid",
        // A control plane that was away does not skip a snapshot that is still of use.
        startingDeadlineSeconds: 60 * 60,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 3,
        jobTemplate: {
          metadata: { labels },
          spec: {
            backoffLimit: 2,
            activeDeadlineSeconds: 3 * deadline,
            template: {
              metadata: { labels },
              spec: {
                // Another try is another pod, which finds no half of a snapshot.
                restartPolicy: "Never",
                activeDeadlineSeconds: deadline,
                serviceAccountName: name,
                automountServiceAccountToken: false,
                enableServiceLinks: false,
                securityContext: clientJob.podSecurity,
                initContainer: [
                  container(
                    "save",
                    vault,
                    [
                      { name: "VAULT_ADDR", value: vaultAddress },
                      { name: "VAULT_CACERT", value: `${snapshotMounts.tls}/ca.crt` },
                      ...credentialsEnvironment(namespace, credentials),
                    ],
                    ["tls", "token", ...(credentials ? (["credentials"] as const) : [])],
                  ),
                ],
                container: [
                  container(
                    "store",
                    destination.kind === "volume" ? vault : settings.image(images.rclone),
                    storeEnvironment(destination, keepDays),
                    [...(claim ? (["snapshots"] as const) : []), ...(credentials ? (["credentials"] as const) : [])],
                  ),
                ],
                volume: volumes(scripts.metadata.name, claim?.metadata.name, credentials !== undefined),
              },
            },
          },
        },
      },
      dependsOn: [...dependsOn],
    });
  }

  private claim(namespace: INamespace, size: string): PersistentVolumeClaimV1 {
    return new PersistentVolumeClaimV1(this, "Volume", {
      metadata: { name: `${vaultAccess.snapshots}s`, namespace: namespace.name },
      // Local storage classes wait for the first pod, which comes with the first snapshot.
      waitUntilBound: false,
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: size } } },
      lifecycle: { preventDestroy: !DeploySettings.of(this).allowDestroy },
    });
  }
}

type Mount = keyof typeof snapshotMounts;

function container(
  name: "save" | "store",
  image: string,
  env: readonly { readonly name: string; readonly value: string }[],
  mounts: readonly Mount[],
): CronJobV1SpecJobTemplateSpecTemplateSpecContainer {
  return {
    name,
    image,
    command: ["sh", `${snapshotMounts.scripts}/${name}.sh`],
    // Both command lines write below their home, and the root file system is read-only.
    env: [{ name: "HOME", value: snapshotMounts.work }, ...env],
    resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "256Mi" } },
    securityContext: clientJob.containerSecurity(),
    volumeMount: [
      { name: "scripts", mountPath: snapshotMounts.scripts, readOnly: true },
      { name: "work", mountPath: snapshotMounts.work },
      ...mounts.map((mount) => ({
        name: mount,
        mountPath: snapshotMounts[mount],
        readOnly: mount === "tls" || mount === "token" || undefined,
      })),
    ],
  };
}

function volumes(
  configMap: string,
  claim: string | undefined,
  credentials: boolean,
): CronJobV1SpecJobTemplateSpecTemplateSpecVolume[] {
  return [
    { name: "scripts", configMap: { name: configMap } },
    { name: "work", emptyDir: {} },
    ...clientJob.volumes(),
    // In memory, so that no disk of a node ever holds the keys of the bucket.
    ...(credentials ? [{ name: "credentials", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } }] : []),
    ...(claim ? [{ name: "snapshots", persistentVolumeClaim: { claimName: claim } }] : []),
  ];
}

function credentialsEnvironment(namespace: INamespace, credentials: SecretRef | undefined) {
  if (!credentials) {
    return [];
  }
  return [
    { name: "CREDENTIALS_ROLE", value: roleOf({ namespace: namespace.name, serviceAccount: vaultAccess.snapshots }) },
    { name: "CREDENTIALS_MOUNT", value: credentials.mount },
    { name: "CREDENTIALS_PATH", value: credentials.path },
  ];
}
