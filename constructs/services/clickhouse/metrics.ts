import type { MetricsTarget, PodsEnd } from "../contracts";
import { keeperPorts, serverPorts } from "./ports";

/**
 * Metrics of the servers and, where there are any, of the Keepers.
 *
 * @see https://clickhouse.com/docs/operations/server-configuration-parameters/settings#prometheus
 */
export function clickHouseMetrics(servers: PodsEnd, keepers: PodsEnd | undefined): readonly MetricsTarget[] {
  return [
    {
      name: "clickhouse",
      pods: servers,
      portName: "metrics",
      port: serverPorts.metrics,
      alerts: [
        {
          name: "ClickHouseReplicaReadOnly",
          expression: "ClickHouseMetrics_ReadonlyReplica > 0",
          after: "5m",
          severity: "critical",
          summary: "A replica of ClickHouse takes no writes.",
          remedy: "See whether its Keepers run and whether it reaches them.",
        },
        {
          name: "ClickHouseReplicaBehind",
          expression: "ClickHouseAsyncMetrics_ReplicasMaxAbsoluteDelay > 300",
          after: "10m",
          severity: "warning",
          summary: "A replica of ClickHouse is more than five minutes behind.",
          remedy: "Look at system.replication_queue of the replica.",
        },
        {
          name: "ClickHouseTooManyParts",
          expression: "ClickHouseAsyncMetrics_MaxPartCountForPartition > 300",
          after: "15m",
          severity: "warning",
          summary: "A partition of ClickHouse has so many parts that inserts become slow.",
          remedy: "Insert more rows at a time, or less often.",
        },
      ],
      graphs: [
        { title: "Queries", expression: "rate(ClickHouseProfileEvents_Query[5m])", unit: "reqps" },
        { title: "Failed queries", expression: "rate(ClickHouseProfileEvents_FailedQuery[5m])", unit: "reqps" },
        { title: "Rows inserted", expression: "rate(ClickHouseProfileEvents_InsertedRows[5m])", unit: "cps" },
      ],
    },
    ...(keepers ? [{ name: "clickhouse-keeper", pods: keepers, portName: "metrics", port: keeperPorts.metrics }] : []),
  ];
}
