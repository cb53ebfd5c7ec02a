import { type TierSetting, tierSettings } from "../../environments/schema";
import type { Difference } from "./differences";

/** Why differences are meant to be there. */
export interface Reason {
  /** What decides: a setting of the tiers, or another cause. */
  readonly cause: string;
  readonly reason: string;
  /**
   * Which differences: `<type>`, `<type>#<name>`, `<type>.<attribute>` or `*.<attribute>`, where `*` stands for any text.
   * It covers everything below as well.
   */
  readonly explains: readonly string[];
}

/** What is no choice of its own, but follows from one that the environments make otherwise. */
const consequences: readonly Reason[] = [
  {
    cause: "allowDestroy",
    reason: "dev may be torn down and made again; what staging and prod hold cannot be destroyed by a plan",
    explains: [
      "*.lifecycle.prevent_destroy",
      "*.deletion_protection",
      "*.force_destroy",
      "*.delete_contents_on_destroy",
      "vault_kv_secret_v2.delete_all_versions",
      "google_project_iam_*#Apply_Objects*",
      "helm_release.*persistentVolumeClaimRetentionPolicy.whenDeleted",
      "helm_release.*helm.sh/resource-policy",
      "helm_release.*ReclaimPolicy",
    ],
  },
  {
    cause: "size",
    reason: "dev runs one pod of each, small; staging and prod keep running while a node is away",
    explains: [
      "helm_release.*replica*",
      "helm_release.*.instances",
      "helm_release.*odDisruptionBudget*",
      "helm_release.*poddisruptionbudget-*",
      "helm_release.*.enablePDB",
      "helm_release.*leaderElect",
      "helm_release.*resources.requests.*",
      "helm_release.*resources.limits.*",
      "helm_release.*shared_buffers",
      "helm_release.*storage.size",
      "helm_release.*_MEMORY].value",
      "helm_release.*.query.maxMemory*",
      "helm_release#Services_Trino_Release.values.server.workers",
      "helm_release#Services_Trino_Release.values.worker.*race*",
      "helm_release#Vault_Server.values.server.ha.raft.config",
      // A service of one pod has nobody of its own to talk to.
      "kubernetes_network_policy_v1#Flows_DataPlatformNessieToNessie*",
      "kubernetes_network_policy_v1#Flows_DataPlatformPostgresToPostgres*",
    ],
  },
  {
    cause: "services.*.backup",
    reason: "a mistake in dev is seen within the week, and what it held can be made again",
    explains: ["helm_release.*[KEEP_DAYS].value", "helm_release.*.retentionPolicy"],
  },
  {
    cause: "people",
    reason: "each environment names the groups that may log in to its Vault, and in prod they may do less",
    explains: ["vault_identity_group*#People_*", "vault_jwt_auth_backend*#People_*", "vault_policy#People_*"],
  },
  {
    cause: "google.bootstrap.operators",
    reason: "each environment names who may act for it, and in prod they are fewer",
    explains: ["google_service_account_iam_member#*_Operator-*"],
  },
  {
    cause: "nodePools",
    reason: "each environment has the nodes that its load needs, and quotas follow from them",
    explains: [
      "google_container_node_pool#Cluster_PoolMemory",
      "google_container_node_pool.autoscaling",
      "google_container_node_pool.initial_node_count",
      "google_container_node_pool.name",
      "google_container_node_pool.node_config.machine_type",
      "helm_release.*nodeSelector",
      "helm_release.*tolerations",
      "kubernetes_resource_quota_v1.spec.hard",
    ],
  },
  {
    cause: "observability",
    reason: "what is watched, and who heals it, follows from what runs: an environment has no alert of what it has not",
    explains: [
      "google_monitoring_alert_policy#Alerts_ComposerUnhealthy",
      "google_monitoring_alert_policy#Alerts_SensitiveDataFound",
      "google_monitoring_notification_channel#Channels_Healing",
      "google_pubsub_topic_iam_member#Channels_HealingPublisher",
    ],
  },
  {
    cause: "google.analytics",
    reason:
      "Airflow, models, classes and inspections cost when nobody uses them: dev switches them on when it needs them",
    explains: [
      "google_bigquery_datapolicy_*",
      "google_bigquery_dataset#FindingsDataset",
      "google_bigquery_dataset#HealingDataset",
      "google_bigquery_dataset.access*",
      "google_bigquery_table#*",
      "google_composer_environment#Airflow_Composer",
      "google_composer_environment.config.software_config.env_variables.TERRALAKE_HEALING_ENDPOINT",
      "google_data_catalog_*",
      "google_data_loss_prevention_*",
      "google_project_iam_member#Airflow_*",
      "google_project_iam_member#Healing_*",
      "google_service_account*#Machines_Composer*",
      "google_service_account*#Machines_Training*",
      "google_pubsub_*#Alerts_*",
      "google_pubsub_topic#Inspection_Topic",
      "google_service_account*#Airflow_*",
      "google_service_account#Healing_*",
      "google_storage_bucket*#Airflow_*",
      "google_storage_bucket*#Healing_*",
      "google_vertex_ai_*",
    ],
  },
];

/** Every reason: those of the settings of tiers, then what follows from other choices. */
export const reasons: readonly Reason[] = [
  ...Object.entries<TierSetting<unknown>>(tierSettings).map(([cause, { reason, explains }]) => ({
    cause,
    reason,
    explains,
  })),
  ...consequences,
];

/** A difference with why it is there; without a reason where nobody meant it. */
export interface Explained extends Difference {
  readonly why?: Reason;
}

/** Finds the reason of each difference: the first that covers it. */
export function explain(differences: readonly Difference[], known: readonly Reason[] = reasons): readonly Explained[] {
  return differences.map((difference) => {
    const why = known.find(({ explains }) => explains.some((pattern) => covers(pattern, difference)));
    return why ? { ...difference, why } : difference;
  });
}

/** Patterns that cover no difference, as `<cause>: <pattern>`: what they excuse is gone. */
export function unusedPatterns(
  differences: readonly Difference[],
  known: readonly Reason[] = reasons,
): readonly string[] {
  return known.flatMap(({ cause, explains }) =>
    explains
      .filter((pattern) => !differences.some((difference) => covers(pattern, difference)))
      .map((pattern) => `${cause}: ${pattern}`),
  );
}

function covers(pattern: string, { type, name, attribute }: Difference): boolean {
  const resource = pattern.includes("#") ? `${type}#${name}` : type;
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}($|[.[])`).test(attribute === "" ? resource : `${resource}.${attribute}`);
}
