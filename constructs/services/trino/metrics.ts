import type { MetricsTarget, PodsEnd } from "../contracts";

/** User that metrics are read as. */
export const metricsUser = "metrics";

/** Lines of the coordinator's `config.properties`: `/metrics` over HTTP is read without a login, as a user of its own. */
export const metricsLines: readonly string[] = [`management.user=${metricsUser}`];

/**
 * The coordinator's metrics, which tell of the whole cluster.
 *
 * @see https://trino.io/docs/current/admin/openmetrics.html
 */
export function trinoMetrics(coordinator: PodsEnd, port: number): MetricsTarget {
  const manager = "trino_execution_name_QueryManager";
  return {
    name: "trino",
    pods: coordinator,
    portName: "http",
    port,
    alerts: [
      {
        name: "TrinoQueriesWait",
        expression: `${manager}_QueuedQueries > 0`,
        after: "15m",
        severity: "warning",
        summary: "Queries of Trino have waited for 15 minutes.",
        remedy: "Give Trino more workers, or its resource groups more room.",
      },
      {
        name: "TrinoQueriesFailInside",
        expression: `${manager}_InternalFailures_FiveMinute_Count > 1`,
        after: "10m",
        severity: "warning",
        summary: "Queries of Trino fail for reasons that are not theirs.",
        remedy: "Read the coordinator's log: a worker may be lost or short of memory.",
      },
    ],
    graphs: [
      { title: "Running queries", expression: `${manager}_RunningQueries` },
      { title: "Waiting queries", expression: `${manager}_QueuedQueries` },
      {
        title: "Queries that failed inside, in five minutes",
        expression: `${manager}_InternalFailures_FiveMinute_Count`,
      },
    ],
  };
}
