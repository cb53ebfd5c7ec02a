import type { MetricsTarget, PodsEnd } from "../contracts";

/** What SeaweedFS tells of itself; names of metrics as `weed/stats/metrics.go` has them. */
export function seaweedFsMetrics(pods: PodsEnd): MetricsTarget {
  return {
    name: "seaweedfs",
    pods,
    portName: "server-metrics",
    port: 9324,
    alerts: [
      {
        name: "ObjectStoreNearlyFull",
        expression:
          'SeaweedFS_volumeServer_resource{type="avail"} / ignoring(type) SeaweedFS_volumeServer_resource{type="all"} < 0.15',
        after: "10m",
        severity: "warning",
        summary: "The disk of the object store has less than 15 % left.",
        remedy: "Raise objectStore.storage or shorten the lifecycle rules of its buckets.",
      },
      {
        name: "ObjectStoreReadOnly",
        expression: 'sum(SeaweedFS_volumeServer_read_only_volumes{type="isDiskSpaceLow"}) > 0',
        after: "5m",
        severity: "critical",
        summary: "The object store takes no more objects into some of its files.",
        remedy: "Look at the free space of its disk first: below 1 % the store stops writing.",
      },
    ],
    graphs: [
      {
        title: "Requests by type",
        expression: "sum by (type) (rate(SeaweedFS_s3_request_total[5m]))",
        unit: "reqps",
        legend: "{{type}}",
      },
      {
        title: "Disk",
        expression: "sum by (type) (SeaweedFS_volumeServer_resource)",
        unit: "bytes",
        legend: "{{type}}",
      },
    ],
  };
}
