import { GkeBackupBackupPlan } from "@cdktf/provider-google/lib/gke-backup-backup-plan";
import { GkeBackupRestorePlan } from "@cdktf/provider-google/lib/gke-backup-restore-plan";
import { Construct } from "constructs";
import { DeploySettings } from "../../terraform/deploy-settings";
import { PlatformError } from "../../terraform/platform-error";
import { gcpName } from "../names";

/** Settings of a {@link ClusterBackup}. */
export interface ClusterBackupProps {
  readonly project: string;
  readonly region: string;
  /** First part of all names. */
  readonly name: string;
  /** The cluster, as a reference to its id; the agent of Backup for GKE runs in it. */
  readonly cluster: string;
  /** When, as cron has it, in UTC. */
  readonly schedule: string;
  /** Days that a copy is kept, 365 at most. */
  readonly retainDays: number;
  /**
   * Days in which nobody can delete a copy, 90 at most and no more than `retainDays`.
   *
   * @default 0
   */
  readonly lockDays?: number;
  /**
   * Whether Kubernetes secrets are in the copies.
   *
   * @default false, as every secret has another source: Vault, Secret Manager, or the operator that makes it again
   */
  readonly secrets?: boolean;
  /**
   * Full name of the Cloud KMS key of the copies. Copies of volumes with a key of their own stay under that one.
   *
   * @default - a key that Google keeps
   */
  readonly kmsKey?: string;
  /**
   * Namespaces that are never restored from here: another backup has them, or the cluster itself.
   *
   * @default - none
   */
  readonly notRestored?: readonly string[];
}

/**
 * Copies of the objects and volumes of a cluster, and how they are brought back.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/concepts/backup-for-gke
 */
export class ClusterBackup extends Construct {
  readonly plan: GkeBackupBackupPlan;
  readonly restorePlan: GkeBackupRestorePlan;

  constructor(scope: Construct, id: string, props: ClusterBackupProps) {
    super(scope, id);
    const { project, region, cluster, retainDays, lockDays = 0, notRestored = [] } = props;
    if (!(lockDays <= retainDays && retainDays <= 365 && lockDays <= 90)) {
      throw new PlatformError(
        this,
        `retainDays is ${retainDays} and lockDays is ${lockDays}`,
        "use lockDays <= retainDays, at most 365 and 90",
      );
    }
    this.plan = new GkeBackupBackupPlan(this, "Plan", {
      project,
      location: region,
      name: gcpName(this, "backup-plan", props.name, "all"),
      description: "Objects and volumes of all namespaces",
      cluster,
      backupConfig: {
        allNamespaces: true,
        includeVolumeData: true,
        // A copy outlives the rotation of what is in it.
        includeSecrets: props.secrets ?? false,
        encryptionKey: props.kmsKey ? { gcpKmsEncryptionKey: props.kmsKey } : undefined,
      },
      backupSchedule: { cronSchedule: props.schedule },
      retentionPolicy: { backupRetainDays: retainDays, backupDeleteLockDays: lockDays },
      // TF-16: who deletes the plan can delete the copies.
      lifecycle: { preventDestroy: !DeploySettings.of(this).allowDestroy },
    });
    this.restorePlan = new GkeBackupRestorePlan(this, "RestorePlan", {
      project,
      location: region,
      name: gcpName(this, "backup-plan", props.name, "volumes"),
      description: "Volumes and objects into a cluster whose layers are applied",
      backupPlan: this.plan.id,
      cluster,
      restoreConfig: {
        ...(notRestored.length > 0
          ? { excludedNamespaces: { namespaces: [...notRestored] } }
          : { allNamespaces: true }),
        // What Terraform has made again is newer than the copy.
        namespacedResourceRestoreMode: "MERGE_SKIP_ON_CONFLICT",
        volumeDataRestorePolicy: "RESTORE_VOLUME_DATA_FROM_BACKUP",
        // Definitions, classes and cluster roles come with the layer that owns them.
        clusterResourceRestoreScope: { noGroupKinds: true },
      },
    });
  }
}
