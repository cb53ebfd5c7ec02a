import type { PlatformKey } from "../addresses";

/** A service of Google that encrypts with one of the keys, by its agent in the project. */
export interface KeyUser {
  /** Id of the grant. */
  readonly id: string;
  readonly key: PlatformKey;
  /** Domain of the agent `service-<project number>@<domain>.iam.gserviceaccount.com`. */
  readonly agent: string;
  /**
   * Managed service without which the agent is not needed. `terralake bootstrap <environment>` makes the agents that are
   * granted a key before it applies; run it again when an environment begins to use a service.
   *
   * @default - every project has the agent
   */
  readonly onlyWith?: ManagedService;
}

/** A service of Google that only some environments use, and whose agent need not be there in others. */
export type ManagedService =
  | "airflow-connections"
  | "cloud-sql"
  | "composer"
  | "memorystore"
  | "metastore"
  | "notices"
  | "topics"
  | "vertex"
  | "workbench";

/** Services of Google that may use a key; who is not here may not. */
export const keyUsers: readonly KeyUser[] = [
  { id: "ClusterUsesEtcd", key: "etcd", agent: "container-engine-robot" },
  { id: "ComputeUsesDisks", key: "disks", agent: "compute-system" },
  // The first makes the copies, the second keeps them and reads them when they are brought back.
  { id: "ClusterUsesBackup", key: "backup", agent: "container-engine-robot" },
  { id: "BackupUsesBackup", key: "backup", agent: "gcp-sa-gkebackup" },
  { id: "ArtifactRegistryUsesRegistry", key: "registry", agent: "gcp-sa-artifactregistry" },
  { id: "StorageUsesStorage", key: "storage", agent: "gs-project-accounts" },
  { id: "CloudSqlUsesDatabases", key: "databases", agent: "gcp-sa-cloud-sql", onlyWith: "cloud-sql" },
  { id: "MemorystoreUsesDatabases", key: "databases", agent: "gcp-sa-memorystore", onlyWith: "memorystore" },
  { id: "PubsubUsesAnalytics", key: "analytics", agent: "gcp-sa-pubsub", onlyWith: "topics" },
  // Notices of upgrades, alerts and security findings.
  { id: "PubsubUsesLogs", key: "logs", agent: "gcp-sa-pubsub", onlyWith: "notices" },
  // Composer's database and disks; its bucket of DAGs has the same key.
  { id: "ComposerUsesAnalytics", key: "analytics", agent: "cloudcomposer-accounts", onlyWith: "composer" },
  { id: "StorageUsesAnalytics", key: "analytics", agent: "gs-project-accounts", onlyWith: "composer" },
  {
    id: "SecretManagerUsesAnalytics",
    key: "analytics",
    agent: "gcp-sa-secretmanager",
    onlyWith: "airflow-connections",
  },
  { id: "VertexUsesAnalytics", key: "analytics", agent: "gcp-sa-aiplatform", onlyWith: "vertex" },
  { id: "MetastoreUsesAnalytics", key: "analytics", agent: "gcp-sa-metastore", onlyWith: "metastore" },
  { id: "NotebooksUseDisks", key: "disks", agent: "gcp-sa-notebooks", onlyWith: "workbench" },
  { id: "StorageUsesBackup", key: "backup", agent: "gs-project-accounts" },
];
