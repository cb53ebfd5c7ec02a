/** How much is at stake in an environment on Google Cloud. */
export type Tier = "dev" | "staging" | "prod";

/** One choice that tiers make differently. */
export interface TierSetting<T> {
  readonly dev: T;
  readonly staging: T;
  readonly prod: T;
  /** Why they differ: half a sentence, for who reviews what dev relaxes against prod. */
  readonly reason: string;
  /**
   * Attributes of synthesized resources that differ by it: `<type>.<attribute>`, deeper ones with dots, `<type>` for the
   * whole resource. The page that compares the environments takes its reasons from here.
   */
  readonly explains: readonly string[];
}

/** Lets the values of a setting decide its type. */
function tiered<const T>(setting: TierSetting<T>): TierSetting<T> {
  return setting;
}

/** Every choice that tiers make differently; staging is where the protection of prod is tried first. */
export const tierSettings = {
  releaseChannel: tiered({
    dev: "REGULAR",
    staging: "REGULAR",
    prod: "STABLE",
    reason: "prod takes a version of Kubernetes after the others have run it",
    explains: ["google_container_cluster.release_channel.channel"],
  }),
  ownKeys: tiered({
    dev: false,
    staging: true,
    prod: true,
    reason: "dev holds no data of people, and a key of its own must be kept for ever",
    explains: [
      "google_kms_crypto_key",
      "google_kms_crypto_key_iam_member",
      "google_container_cluster.database_encryption",
      "google_container_cluster.node_config.boot_disk_kms_key",
      "google_artifact_registry_repository.kms_key_name",
      "google_container_node_pool.node_config.boot_disk_kms_key",
      "google_logging_project_bucket_config.cmek_settings",
      "google_pubsub_topic.kms_key_name",
      "google_org_policy_policy",
      "kubernetes_storage_class_v1.parameters.disk-encryption-kms-key",
      "google_bigquery_dataset.default_encryption_configuration",
      "google_storage_bucket.encryption",
    ],
  }),
  nodeUpgrades: tiered({
    dev: "surge",
    staging: "blue-green",
    prod: "blue-green",
    reason:
      "a second set of nodes makes an upgrade that can be taken back; dev waits for one node at a time and pays for none",
    explains: [
      "google_container_node_pool.upgrade_settings.strategy",
      "google_container_node_pool.upgrade_settings.max_surge",
      "google_container_node_pool.upgrade_settings.max_unavailable",
      "google_container_node_pool.upgrade_settings.blue_green_settings.standard_rollout_policy",
    ],
  }),
  nodeSoakSeconds: tiered({
    dev: 0,
    staging: 600,
    prod: 3600,
    reason:
      "prod keeps its old nodes for an hour after an upgrade, to go back to; staging only shows that it would work",
    explains: ["google_container_node_pool.upgrade_settings.blue_green_settings.node_pool_soak_duration"],
  }),
  spotPools: tiered({
    dev: "any",
    staging: "batch",
    prod: "batch",
    reason:
      "a spot node ends with half a minute's notice: dev may wait for a new one, elsewhere only what is tried again may",
    explains: ["google_container_node_pool.node_config.spot", "google_container_node_pool.autoscaling.location_policy"],
  }),
  keptVolumes: tiered({
    dev: "Delete",
    staging: "Retain",
    prod: "Retain",
    reason:
      "a volume outlives the mistake that removed its claim; dev holds nothing that is missed and would pay for it",
    explains: ["kubernetes_storage_class_v1.reclaim_policy"],
  }),
  upgradeNotices: tiered({
    dev: false,
    staging: true,
    prod: true,
    reason: "an upgrade of dev is how one learns of it",
    explains: ["google_container_cluster.notification_config", "google_pubsub_topic#Cluster_UpgradeNotices"],
  }),
  imageAdmission: tiered({
    dev: "any",
    staging: "attested",
    prod: "attested",
    reason: "dev runs what was built a minute ago, before CI has seen it",
    explains: [
      "google_container_cluster.binary_authorization.evaluation_mode",
      "google_container_cluster.depends_on",
      "google_binary_authorization_policy",
      "google_binary_authorization_attestor",
      "google_binary_authorization_attestor_iam_member",
      "google_container_analysis_note",
      "google_container_analysis_note_iam_member",
    ],
  }),
  movableTags: tiered({
    dev: true,
    staging: false,
    prod: false,
    reason: "who develops builds the same tag again",
    explains: ["google_artifact_registry_repository.docker_config.immutable_tags"],
  }),
  imageScanning: tiered({
    dev: false,
    staging: true,
    prod: true,
    reason: "Google asks for money per image, and dev pushes many that nobody else will run",
    explains: ["google_artifact_registry_repository.vulnerability_scanning_config.enablement_config"],
  }),
  backupDays: tiered({
    dev: 7,
    staging: 14,
    prod: 35,
    reason: "mistakes in prod are found late, and only prod's data is worth the storage",
    explains: ["google_gke_backup_backup_plan.retention_policy.backup_retain_days"],
  }),
  clusterBackup: tiered({
    dev: false,
    staging: true,
    prod: true,
    reason: "dev may be torn down at any time, and a plan that has backups cannot be deleted",
    explains: [
      "google_container_cluster.addons_config.gke_backup_agent_config.enabled",
      "google_gke_backup_backup_plan",
      "google_monitoring_alert_policy#Alerts_ClusterBackupMissed",
      "google_gke_backup_restore_plan",
    ],
  }),
  databaseStandby: tiered({
    dev: false,
    staging: true,
    prod: true,
    reason: "a second server that waits in another zone doubles the price; dev may be away",
    // Of Cloud SQL, which an environment chooses in the place of a server in the cluster.
    explains: [],
  }),
  databaseBackups: tiered({
    dev: 7,
    staging: 30,
    prod: 30,
    reason: "nothing in dev is worth a month of backups",
    explains: [],
  }),
  sampleData: tiered({
    dev: "small",
    staging: "realistic",
    prod: "none",
    reason: "staging proves itself on volumes like those of prod, whose own data is never copied; dev wants it quick",
    explains: ["google_composer_environment.config.software_config.env_variables.SAMPLE_DATA"],
  }),
  logLevel: tiered({
    dev: "debug",
    staging: "info",
    prod: "info",
    reason:
      "who develops reads every step; elsewhere it would cost more than it tells, and staging shows what prod will",
    explains: [],
  }),
  approval: tiered({
    dev: "none",
    staging: "one",
    prod: "strict",
    reason: "a healing step in dev needs nobody, in staging one person, in prod two of whom neither asked for it",
    explains: ["google_composer_environment.config.software_config.env_variables.APPROVAL"],
  }),
  backupRetentionDays: tiered({
    dev: 0,
    staging: 30,
    prod: 90,
    reason: "dev can be torn down at once, which a retention forbids; a late discovery matters in prod",
    explains: [
      "google_storage_bucket.retention_policy",
      "google_storage_bucket.retention_policy.retention_period",
      "google_storage_bucket.versioning.enabled",
      "google_storage_bucket.lifecycle_rule",
    ],
  }),
  lockedBackups: tiered({
    dev: false,
    staging: false,
    prod: true,
    reason: "a lock can never be taken back, so staging could never be made again under its name",
    explains: ["google_storage_bucket.retention_policy.is_locked"],
  }),
  removedBackupDays: tiered({
    dev: 7,
    staging: 30,
    prod: 30,
    reason: "the pod that writes a backup may remove it too, and a break-in is found after weeks; dev has no such data",
    explains: ["google_storage_bucket.soft_delete_policy.retention_duration_seconds"],
  }),
  composerSize: tiered({
    dev: "small",
    staging: "medium",
    prod: "large",
    reason: "Airflow costs by its size, also when nothing runs",
    explains: [
      "google_composer_environment.config.environment_size",
      "google_composer_environment.config.workloads_config",
    ],
  }),
  composerResilience: tiered({
    dev: "standard",
    staging: "standard",
    prod: "high",
    reason: "a copy of Airflow in a second zone doubles its price; only prod must outlive the loss of one",
    explains: ["google_composer_environment.config.resilience_mode"],
  }),
  inspectionEveryDays: tiered({
    dev: 30,
    staging: 7,
    prod: 1,
    reason: "an inspection costs by what it reads, and only prod holds data of people every day",
    explains: ["google_data_loss_prevention_job_trigger.triggers.schedule.recurrence_period_duration"],
  }),
  metastoreSize: tiered({
    dev: "EXTRA_SMALL",
    staging: "SMALL",
    prod: "MEDIUM",
    reason: "a metastore costs by its size, also when nothing asks it",
    // No environment of this repository has one.
    explains: [],
  }),
  auditLogDays: tiered({
    dev: 30,
    staging: 90,
    prod: 400,
    reason: "an intruder in prod is found after months; nobody investigates last year's dev",
    explains: ["google_logging_project_bucket_config.retention_days"],
  }),
  defaultLogDays: tiered({
    dev: 30,
    staging: 30,
    prod: 90,
    reason: "30 days cost nothing; what went wrong in prod is also asked about later",
    explains: ["google_logging_project_bucket_config.retention_days"],
  }),
  lockedAuditLogs: tiered({
    dev: false,
    staging: false,
    prod: true,
    reason: "a lock can never be taken back, and the audit logs of prod alone are evidence",
    explains: ["google_logging_project_bucket_config.locked"],
  }),
  monthlyBudget: tiered({
    dev: 1500,
    staging: 4000,
    prod: 10_000,
    reason: "fewer and smaller nodes cost less",
    explains: ["google_billing_budget.amount.specified_amount.units"],
  }),
  availability: tiered({
    dev: "99",
    staging: "99.5",
    prod: "99.9",
    reason: "users rely on prod alone; dev may be away for an afternoon",
    explains: ["google_monitoring_slo.goal"],
  }),
  wakesPeople: tiered({
    dev: false,
    staging: true,
    prod: true,
    reason: "nobody is called for dev: a mail in the morning will do",
    explains: ["google_monitoring_alert_policy.notification_channels"],
  }),
};

/** The choice of a tier. */
export function ofTier<T>(tier: Tier, setting: TierSetting<T>): T {
  return setting[tier];
}
