import { metrics } from "../metrics";
import type { WatchedPlace } from "../watched-place";
import type { DashboardLayout, Tile } from "./tile";

/** Whether Vault answers, what it does and whether its snapshots arrive. */
export function vaultDashboard({
  environment,
  cluster,
  vaultNamespace,
  snapshotBucket,
}: WatchedPlace): DashboardLayout {
  const own = { "resource.label.cluster_name": cluster, "resource.label.namespace_name": vaultNamespace };
  const byPod = { by: "REDUCE_SUM", groupBy: ["resource.label.pod_name"] } as const;
  const scope = `resource.labels.cluster_name="${cluster}" AND resource.labels.namespace_name="${vaultNamespace}"`;
  const snapshots: readonly Tile[] = snapshotBucket
    ? [
        {
          title: "Snapshots that arrived",
          metric: metrics.bucketRequests,
          labels: { "resource.label.bucket_name": snapshotBucket, "metric.label.response_code": "OK" },
          align: "ALIGN_DELTA",
          reduce: { by: "REDUCE_SUM", groupBy: ["metric.label.method"] },
          plot: "bars",
        },
      ]
    : [];
  return {
    title: `${environment}: vault`,
    tiles: [
      {
        title: "Servers that are not ready",
        logs: `log_id("events") AND ${scope} AND jsonPayload.reason="Unhealthy"`,
      },
      {
        title: "Seal, Raft and leadership",
        logs: `resource.type="k8s_container" AND ${scope} AND ("seal" OR "raft" OR "leadership")`,
      },
      { title: "Cores of each server", metric: metrics.containerCpu, labels: own, align: "ALIGN_RATE", reduce: byPod },
      {
        title: "Memory of each server",
        metric: metrics.containerMemory,
        labels: { ...own, "metric.label.memory_type": "non-evictable" },
        align: "ALIGN_MEAN",
        reduce: byPod,
      },
      {
        title: "Raft and audit volumes, share that is used",
        metric: metrics.volumeUse,
        labels: own,
        align: "ALIGN_MAX",
        reduce: { by: "REDUCE_MAX", groupBy: ["resource.label.pod_name", "metric.label.volume_name"] },
        threshold: 0.85,
      },
      {
        title: "Restarts of each server",
        metric: metrics.containerRestarts,
        labels: own,
        align: "ALIGN_DELTA",
        reduce: byPod,
        plot: "bars",
      },
      ...snapshots,
    ],
  };
}

/** Buckets, Cloud SQL and Memorystore. */
export function dataDashboard({ environment, region }: WatchedPlace): DashboardLayout {
  const database = { by: "REDUCE_MAX", groupBy: ["resource.label.database_id"] } as const;
  const here = { "resource.label.location": region };
  return {
    title: `${environment}: data`,
    tiles: [
      {
        title: "Bytes in buckets",
        metric: metrics.bucketBytes,
        align: "ALIGN_MEAN",
        reduce: { by: "REDUCE_SUM", groupBy: ["resource.label.bucket_name"] },
        plot: "area",
      },
      {
        title: "Requests to buckets, by answer",
        metric: metrics.bucketRequests,
        align: "ALIGN_RATE",
        reduce: { by: "REDUCE_SUM", groupBy: ["metric.label.response_code"] },
        plot: "area",
      },
      { title: "Cloud SQL: CPU", metric: metrics.databaseCpu, align: "ALIGN_MEAN", reduce: database, threshold: 0.9 },
      {
        title: "Cloud SQL: memory",
        metric: metrics.databaseMemory,
        align: "ALIGN_MEAN",
        reduce: database,
        threshold: 0.9,
      },
      {
        title: "Cloud SQL: disk",
        metric: metrics.databaseDisk,
        align: "ALIGN_MEAN",
        reduce: database,
        threshold: 0.85,
      },
      {
        title: "Cloud SQL: connections",
        metric: metrics.databaseConnections,
        align: "ALIGN_MAX",
        reduce: { by: "REDUCE_SUM", groupBy: ["resource.label.database_id"] },
      },
      {
        title: "Memorystore: memory",
        metric: metrics.storeMemory,
        labels: here,
        align: "ALIGN_MEAN",
        reduce: { by: "REDUCE_MAX", groupBy: ["resource.label.instance_id"] },
        threshold: 0.8,
      },
      {
        title: "Memorystore: clients",
        metric: metrics.storeClients,
        labels: here,
        align: "ALIGN_MEAN",
        reduce: { by: "REDUCE_SUM", groupBy: ["resource.label.instance_id"] },
      },
    ],
  };
}

/** BigQuery and Composer. */
export function analyticsDashboard({ environment }: WatchedPlace): DashboardLayout {
  const dag = { by: "REDUCE_SUM", groupBy: ["resource.label.workflow_name", "metric.label.state"] } as const;
  return {
    title: `${environment}: analytics`,
    tiles: [
      { title: "BigQuery: slots in use", metric: metrics.bigquerySlots, align: "ALIGN_MEAN", plot: "area" },
      {
        title: "BigQuery: bytes that are paid for",
        metric: metrics.bigqueryBilledBytes,
        align: "ALIGN_DELTA",
        reduce: { by: "REDUCE_SUM", groupBy: ["metric.label.priority"] },
        plot: "bars",
      },
      {
        title: "BigQuery: jobs that run",
        metric: metrics.bigqueryJobs,
        align: "ALIGN_MEAN",
        reduce: { by: "REDUCE_SUM", groupBy: ["metric.label.job_type"] },
      },
      {
        title: "BigQuery: bytes stored",
        metric: metrics.bigqueryStoredBytes,
        align: "ALIGN_MEAN",
        reduce: { by: "REDUCE_SUM", groupBy: ["resource.label.dataset_id"] },
        plot: "area",
      },
      {
        title: "Composer: healthy",
        metric: metrics.composerHealthy,
        align: "ALIGN_FRACTION_TRUE",
        reduce: { by: "REDUCE_MIN", groupBy: ["resource.label.environment_name"] },
      },
      {
        title: "Composer: tasks that wait",
        metric: metrics.composerQueue,
        align: "ALIGN_MEAN",
        reduce: { by: "REDUCE_MAX", groupBy: ["resource.label.environment_name"] },
      },
      {
        title: "Composer: runs, by outcome",
        metric: metrics.composerRuns,
        align: "ALIGN_DELTA",
        reduce: dag,
        plot: "bars",
      },
      {
        title: "Failed jobs of BigQuery",
        logs: 'resource.type=("bigquery_project" OR "bigquery_resource") AND severity>=ERROR',
      },
    ],
  };
}

/** What costs money and has a metric; Cloud Monitoring knows no sums of money. */
export function costDashboard({ environment, cluster }: WatchedPlace): DashboardLayout {
  return {
    title: `${environment}: cost`,
    tiles: [
      {
        title: "Where the money is",
        text: "Cloud Monitoring knows amounts, not prices: the sum is in the budget and in the billing export. `terralake cost` estimates it from the plan.",
      },
      {
        title: "Cores that are paid for",
        metric: metrics.nodeCores,
        labels: { "resource.label.cluster_name": cluster },
        align: "ALIGN_MEAN",
        reduce: { by: "REDUCE_SUM", groupBy: ["resource.label.location"] },
        plot: "area",
      },
      {
        title: "Cores that are used",
        metric: metrics.containerCpu,
        labels: { "resource.label.cluster_name": cluster },
        align: "ALIGN_RATE",
        reduce: { by: "REDUCE_SUM", groupBy: ["resource.label.namespace_name"] },
        plot: "area",
      },
      {
        title: "Bytes of logs",
        metric: metrics.logBytes,
        align: "ALIGN_MAX",
        reduce: { by: "REDUCE_SUM", groupBy: ["metric.label.resource_type"] },
        plot: "bars",
      },
      {
        title: "Bytes that queries of BigQuery are billed for",
        metric: metrics.bigqueryBilledBytes,
        align: "ALIGN_DELTA",
        plot: "bars",
      },
      {
        title: "Bytes in buckets",
        metric: metrics.bucketBytes,
        align: "ALIGN_MEAN",
        reduce: { by: "REDUCE_SUM", groupBy: ["resource.label.bucket_name"] },
        plot: "area",
      },
    ],
  };
}
