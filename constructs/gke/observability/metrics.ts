/** A metric that Google Cloud writes by itself. */
export interface Metric {
  readonly type: string;
  /** Type of the monitored resource. */
  readonly resource: string;
  readonly kind: "gauge" | "delta" | "cumulative";
  readonly value: "number" | "bool" | "distribution";
}

const gauge = (type: string, resource: string): Metric => ({ type, resource, kind: "gauge", value: "number" });
const flag = (type: string, resource: string): Metric => ({ type, resource, kind: "gauge", value: "bool" });
const delta = (type: string, resource: string): Metric => ({ type, resource, kind: "delta", value: "number" });
const counter = (type: string, resource: string): Metric => ({ type, resource, kind: "cumulative", value: "number" });
const spread = (type: string, resource: string): Metric => ({ type, resource, kind: "delta", value: "distribution" });

/**
 * Metrics that dashboards and alerts look at, with what Google's lists say of them.
 *
 * @see https://cloud.google.com/monitoring/api/metrics_gcp
 * @see https://cloud.google.com/monitoring/api/metrics_kubernetes
 */
export const metrics = {
  nodeCpu: gauge("kubernetes.io/node/cpu/allocatable_utilization", "k8s_node"),
  nodeMemory: gauge("kubernetes.io/node/memory/allocatable_utilization", "k8s_node"),
  nodeCores: gauge("kubernetes.io/node/cpu/total_cores", "k8s_node"),
  nodeSent: counter("kubernetes.io/node/network/sent_bytes_count", "k8s_node"),
  containerUptime: gauge("kubernetes.io/container/uptime", "k8s_container"),
  containerCpu: counter("kubernetes.io/container/cpu/core_usage_time", "k8s_container"),
  containerMemory: gauge("kubernetes.io/container/memory/used_bytes", "k8s_container"),
  containerMemoryLimit: gauge("kubernetes.io/container/memory/limit_utilization", "k8s_container"),
  containerRestarts: counter("kubernetes.io/container/restart_count", "k8s_container"),
  volumeUse: gauge("kubernetes.io/pod/volume/utilization", "k8s_pod"),
  apiServerRequests: counter("prometheus.googleapis.com/apiserver_request_total/counter", "prometheus_target"),

  natAllocatedPorts: gauge("router.googleapis.com/nat/allocated_ports", "nat_gateway"),
  natPortUse: gauge("router.googleapis.com/nat/port_usage", "nat_gateway"),
  natDropped: delta("router.googleapis.com/nat/dropped_sent_packets_count", "nat_gateway"),
  natAllocationFailed: flag("router.googleapis.com/nat/nat_allocation_failed", "nat_gateway"),
  natConnections: delta("router.googleapis.com/nat/new_connections_count", "nat_gateway"),
  firewallDropped: delta("compute.googleapis.com/firewall/dropped_packets_count", "gce_instance"),
  dnsResponses: delta("dns.googleapis.com/query/response_count", "dns_query"),
  flowRoundTrip: spread("networking.googleapis.com/vm_flow/rtt", "gce_instance"),

  backupsDone: spread("gkebackup.googleapis.com/backup_completion_times", "gkebackup.googleapis.com/BackupPlan"),
  bucketBytes: gauge("storage.googleapis.com/storage/total_bytes", "gcs_bucket"),
  bucketRequests: delta("storage.googleapis.com/api/request_count", "gcs_bucket"),
  databaseCpu: gauge("cloudsql.googleapis.com/database/cpu/utilization", "cloudsql_database"),
  databaseMemory: gauge("cloudsql.googleapis.com/database/memory/utilization", "cloudsql_database"),
  databaseDisk: gauge("cloudsql.googleapis.com/database/disk/utilization", "cloudsql_database"),
  databaseConnections: gauge("cloudsql.googleapis.com/database/postgresql/num_backends", "cloudsql_database"),
  storeMemory: gauge(
    "memorystore.googleapis.com/instance/memory/maximum_utilization",
    "memorystore.googleapis.com/Instance",
  ),
  storeClients: gauge(
    "memorystore.googleapis.com/instance/clients/total_connected_clients",
    "memorystore.googleapis.com/Instance",
  ),

  bigquerySlots: gauge("bigquery.googleapis.com/slots/allocated_for_project", "global"),
  bigqueryBilledBytes: delta("bigquery.googleapis.com/query/scanned_bytes_billed", "global"),
  bigqueryJobs: gauge("bigquery.googleapis.com/job/num_in_flight", "bigquery_project"),
  bigqueryStoredBytes: gauge("bigquery.googleapis.com/storage/stored_bytes", "bigquery_dataset"),
  composerHealthy: flag("composer.googleapis.com/environment/healthy", "cloud_composer_environment"),
  composerQueue: gauge("composer.googleapis.com/environment/task_queue_length", "cloud_composer_environment"),
  composerRuns: delta("composer.googleapis.com/workflow/run_count", "cloud_composer_workflow"),
  inspectionFindings: delta("dlp.googleapis.com/finding_count", "cloud_dlp_project"),

  apiCalls: delta("serviceruntime.googleapis.com/api/request_count", "consumed_api"),
  quotaExceeded: flag("serviceruntime.googleapis.com/quota/exceeded", "consumer_quota"),
  logBytes: gauge("logging.googleapis.com/billing/bytes_ingested", "global"),
  topicMessages: delta("pubsub.googleapis.com/topic/send_message_operation_count", "pubsub_topic"),
  pageUp: flag("monitoring.googleapis.com/uptime_check/check_passed", "uptime_url"),
  pageCertificateDays: gauge("monitoring.googleapis.com/uptime_check/time_until_ssl_cert_expires", "uptime_url"),
} satisfies Readonly<Record<string, Metric>>;

/** How the points of one series within a period become one, as Cloud Monitoring writes it. */
export type Aligner =
  | "ALIGN_MEAN"
  | "ALIGN_MAX"
  | "ALIGN_MIN"
  | "ALIGN_RATE"
  | "ALIGN_DELTA"
  | "ALIGN_COUNT_TRUE"
  | "ALIGN_FRACTION_TRUE"
  | "ALIGN_NEXT_OLDER"
  | "ALIGN_PERCENTILE_95";

/**
 * Aligners that the API takes for a metric; another one is an error of its own at apply.
 *
 * @see https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#Aligner
 */
export function alignersOf({ kind, value }: Metric): readonly Aligner[] {
  if (value === "bool") {
    return ["ALIGN_COUNT_TRUE", "ALIGN_FRACTION_TRUE", "ALIGN_NEXT_OLDER"];
  }
  if (value === "distribution") {
    return ["ALIGN_DELTA", "ALIGN_PERCENTILE_95"];
  }
  return kind === "gauge"
    ? ["ALIGN_MEAN", "ALIGN_MAX", "ALIGN_MIN", "ALIGN_NEXT_OLDER"]
    : ["ALIGN_RATE", "ALIGN_DELTA"];
}

/** A filter of Cloud Monitoring for one metric and labels of it or its resource, such as `resource.label.bucket_name`. */
export function filterOf({ type, resource }: Metric, labels: Readonly<Record<string, string>> = {}): string {
  const terms = Object.entries(labels).map(([label, value]) =>
    // A comparison that the API offers, such as one_of("a","b"), goes in as it is.
    /^(one_of|starts_with|monitoring\.regex\.full_match)\(/.test(value) ? `${label}=${value}` : `${label}="${value}"`,
  );
  return [`metric.type="${type}"`, `resource.type="${resource}"`, ...terms].join(" AND ");
}
