import type { AlertRule, MetricsTarget, PodsEnd } from "../contracts";
import { oldestRun } from "../schedule-age";
import type { PostgresBackup } from "./backup";

/** Port of an instance's metrics. */
const metricsPort = 9187;

/** Settings of {@link postgresMetrics}. */
export interface PostgresMetricsProps {
  /** Name of the server. */
  readonly server: string;
  /** The servers' pods, and with them the poolers'. */
  readonly pods: PodsEnd;
  readonly instances: number;
  /** @default - there are none */
  readonly backup?: PostgresBackup;
}

/**
 * What the servers tell of themselves, and when somebody has to look.
 *
 * @see https://cloudnative-pg.io/docs/1.30/monitoring/
 * @see https://cloudnative-pg.io/plugin-barman-cloud/docs/observability/
 */
export function postgresMetrics({ server, pods, instances, backup }: PostgresMetricsProps): MetricsTarget {
  const of = `namespace="${pods.namespace.name}",pod=~"${server}-[0-9]+"`;
  return {
    name: server,
    // Poolers have the label of the cluster too, and a port of the same name.
    pods: { ...pods, podLabels: { ...pods.podLabels, "cnpg.io/podRole": "instance" } },
    portName: "metrics",
    port: metricsPort,
    alerts: [...(instances > 1 ? [replicationLag(of)] : []), ...(backup ? backupAlerts(of, backup) : [])],
  };
}

function replicationLag(of: string): AlertRule {
  return {
    name: "PostgresReplicationLag",
    expression: `max by (pod) (cnpg_pg_replication_lag{${of}}) > 300`,
    after: "10m",
    severity: "warning",
    summary: "A follower of PostgreSQL is more than five minutes behind the server that is written to.",
    remedy: "Look at the disk and the CPU of the follower's node; a failover now would lose what it lacks.",
  };
}

function backupAlerts(of: string, { schedule }: PostgresBackup): readonly AlertRule[] {
  const available = `max(barman_cloud_cloudnative_pg_io_last_available_backup_timestamp{${of}})`;
  const failed = `max(barman_cloud_cloudnative_pg_io_last_failed_backup_timestamp{${of}})`;
  const archiver = (column: string) => `max(cnpg_pg_stat_archiver_${column}{${of}})`;
  return [
    {
      name: "PostgresBackupFailed",
      expression: `${failed} > ${available}`,
      after: "5m",
      severity: "critical",
      summary: "The last backup of PostgreSQL failed.",
      remedy: "Read the status of the newest Backup and the log of the container plugin-barman-cloud.",
    },
    {
      name: "PostgresBackupTooOld",
      expression: `time() - ${available} > ${oldestRun(schedule)}`,
      after: "30m",
      severity: "critical",
      summary: "PostgreSQL has had no good backup for longer than its schedule allows.",
      remedy: "Look at the ScheduledBackup: whether it is suspended, and when it ran last.",
    },
    {
      name: "PostgresArchivingFails",
      expression: `${archiver("last_failed_time")} > ${archiver("last_archived_time")}`,
      after: "15m",
      severity: "critical",
      summary:
        "PostgreSQL cannot archive its write-ahead log: its volume fills, and the newest changes cannot be restored.",
      remedy: "Look whether the object store answers and whether the bucket's keys are right.",
    },
  ];
}
