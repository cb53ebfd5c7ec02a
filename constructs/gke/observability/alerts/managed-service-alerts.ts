import { metrics } from "../metrics";
import type { Alert } from "./alert";

/** Limits of {@link databaseAlerts}. */
export interface DatabaseThresholds {
  /** Share of a database's processors. */
  readonly databaseCpu: number;
  /** Share of a database's disk. */
  readonly databaseDisk: number;
  /** Connections to one database. */
  readonly databaseConnections: number;
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

/** Databases of Cloud SQL. */
export function databaseAlerts(thresholds: DatabaseThresholds): readonly Alert[] {
  const database = { by: "REDUCE_MAX", groupBy: ["resource.label.database_id"] } as const;
  return [
    {
      id: "DatabaseDiskFull",
      title: "Disk of a Cloud SQL database is nearly full",
      severity: "critical",
      conditions: [
        {
          kind: "threshold",
          title: `More than ${percent(thresholds.databaseDisk)} used for 15 minutes`,
          metric: metrics.databaseDisk,
          align: "ALIGN_MEAN",
          period: 300,
          reduce: database,
          comparison: "above",
          value: thresholds.databaseDisk,
          forSeconds: 900,
        },
      ],
      meaning: "A database whose disk is full takes no writes and may not start again.",
      steps: [
        "Does the disk grow by itself? `gcloud sql instances describe <instance>`: storageAutoResize and its limit.",
        "Raise the size in the environment file. It can never be made smaller again.",
        "Look for what grew: a replication slot that nobody reads keeps every write-ahead log.",
      ],
    },
    {
      id: "DatabaseBusy",
      title: "Cloud SQL database is overloaded",
      severity: "warning",
      conditions: [
        {
          kind: "threshold",
          title: `CPU above ${percent(thresholds.databaseCpu)} for 15 minutes`,
          metric: metrics.databaseCpu,
          align: "ALIGN_MEAN",
          period: 300,
          reduce: database,
          comparison: "above",
          value: thresholds.databaseCpu,
          forSeconds: 900,
        },
        {
          kind: "threshold",
          title: `More than ${thresholds.databaseConnections} connections for 5 minutes`,
          metric: metrics.databaseConnections,
          align: "ALIGN_MAX",
          period: 60,
          reduce: { by: "REDUCE_SUM", groupBy: ["resource.label.database_id"] },
          comparison: "above",
          value: thresholds.databaseConnections,
          forSeconds: 300,
        },
      ],
      meaning: "Queries wait for a processor, or new connections will soon be refused.",
      steps: [
        "Query Insights of the instance: which statement takes the time.",
        "`SELECT usename, application_name, state, count(*) FROM pg_stat_activity GROUP BY 1, 2, 3`: who holds connections.",
        "A larger machine is one line of the environment file and a restart of a minute.",
      ],
    },
    databaseBackup,
  ];
}

const databaseBackup: Alert = {
  id: "DatabaseBackupFailed",
  title: "Backup of a Cloud SQL database failed",
  severity: "error",
  conditions: [
    {
      kind: "log",
      title: "Cloud SQL says that its backup failed",
      filter:
        'log_id("cloudaudit.googleapis.com/system_event") AND resource.type="cloudsql_database" AND protoPayload.methodName="cloudsql.instances.automatedBackup" AND protoPayload.metadata.windowStatus=("STATUS_FAILED" OR "STATUS_ATTEMPT_FAILED")',
      fields: { instance: "EXTRACT(resource.labels.database_id)" },
    },
  ],
  meaning: "The copy of the night was not made. Point-in-time recovery still works from the last good one on.",
  steps: [
    "`gcloud sql operations list --instance <instance>`: the error of the backup.",
    "Make one now: `gcloud sql backups create --instance <instance>`.",
  ],
};

/** Stores of Memorystore. */
export function memorystoreAlert(region: string): Alert {
  return {
    id: "MemorystoreFull",
    title: "Memorystore is nearly full",
    severity: "warning",
    conditions: [
      {
        kind: "threshold",
        title: "More than 80 % of the memory for 15 minutes",
        metric: metrics.storeMemory,
        labels: { "resource.label.location": region },
        align: "ALIGN_MAX",
        period: 300,
        reduce: { by: "REDUCE_MAX", groupBy: ["resource.label.instance_id"] },
        comparison: "above",
        value: 0.8,
        forSeconds: 900,
      },
    ],
    meaning: "Above its limit it removes keys, or refuses writes where its policy says so; a broker then loses tasks.",
    steps: [
      "Which keys grew: `valkey-cli --bigkeys` from a pod that may reach it.",
      "A larger instance is one line of the environment file.",
    ],
  };
}

/** Airflow as Google runs it. */
export const composerAlert: Alert = {
  id: "ComposerUnhealthy",
  title: "Composer is not healthy",
  severity: "error",
  conditions: [
    {
      kind: "threshold",
      title: "Its own check failed for 15 minutes",
      metric: metrics.composerHealthy,
      align: "ALIGN_FRACTION_TRUE",
      period: 300,
      reduce: { by: "REDUCE_MIN", groupBy: ["resource.label.environment_name"] },
      comparison: "below",
      value: 0.5,
      forSeconds: 900,
    },
  ],
  meaning: "Google runs a small DAG every few minutes; it fails, so no other DAG runs, healing among them.",
  steps: [
    'Logs of the scheduler: `resource.type="cloud_composer_environment" AND log_id("airflow-scheduler")`.',
    "After a change of packages: take it back. The environment keeps its last good image.",
  ],
};

/** What Sensitive Data Protection finds. */
export const inspectionAlert: Alert = {
  id: "SensitiveDataFound",
  title: "Data of people was found where none should be",
  severity: "error",
  conditions: [
    {
      kind: "threshold",
      title: "An inspection has findings",
      metric: metrics.inspectionFindings,
      align: "ALIGN_DELTA",
      period: 3600,
      reduce: { by: "REDUCE_SUM", groupBy: ["metric.label.info_type"] },
      comparison: "above",
      value: 0,
      forSeconds: 0,
    },
  ],
  meaning: "Sensitive Data Protection read names, addresses or numbers of people in data that is not classified so.",
  steps: [
    "The findings are in the table that the inspection writes: which column, which kind.",
    "Classify the column (`google.analytics.classification`), or remove the data and find out who sent it.",
    "Tell whoever answers for data protection: the time to report starts now.",
  ],
};
