import { metrics } from "../metrics";
import type { WatchedPlace } from "../watched-place";
import type { DashboardLayout } from "./tile";

/** What leaves the network, what the firewall refuses and how names are resolved. */
export function networkDashboard({ environment, region }: WatchedPlace): DashboardLayout {
  const nat = { "resource.label.region": region };
  const gateway = { by: "REDUCE_SUM", groupBy: ["resource.label.gateway_name"] } as const;
  return {
    title: `${environment}: network`,
    tiles: [
      {
        title: "NAT: ports in use",
        metric: metrics.natPortUse,
        labels: nat,
        align: "ALIGN_MAX",
        reduce: { by: "REDUCE_MAX", groupBy: ["resource.label.gateway_name"] },
      },
      {
        title: "NAT: ports given out",
        metric: metrics.natAllocatedPorts,
        labels: nat,
        align: "ALIGN_MAX",
        reduce: gateway,
      },
      {
        title: "NAT: new connections",
        metric: metrics.natConnections,
        labels: nat,
        align: "ALIGN_RATE",
        reduce: gateway,
      },
      {
        title: "NAT: packets dropped, by reason",
        metric: metrics.natDropped,
        labels: nat,
        align: "ALIGN_DELTA",
        reduce: { by: "REDUCE_SUM", groupBy: ["metric.label.reason"] },
        plot: "bars",
      },
      {
        title: "Firewall: packets refused",
        metric: metrics.firewallDropped,
        align: "ALIGN_RATE",
        reduce: { by: "REDUCE_SUM", groupBy: ["metric.label.instance_name"] },
      },
      {
        title: "Firewall: refused connections",
        logs: 'log_id("compute.googleapis.com/firewall") AND jsonPayload.disposition="DENIED"',
      },
      {
        title: "DNS: answers, by code",
        metric: metrics.dnsResponses,
        align: "ALIGN_RATE",
        reduce: { by: "REDUCE_SUM", groupBy: ["metric.label.response_code"] },
        plot: "area",
      },
      {
        title: "Round trip between nodes and others, 95th percentile",
        metric: metrics.flowRoundTrip,
        align: "ALIGN_PERCENTILE_95",
        reduce: { by: "REDUCE_MAX", groupBy: ["resource.label.zone"] },
      },
      {
        title: "Bytes that nodes send",
        metric: metrics.nodeSent,
        labels: { "resource.label.cluster_name": environment },
        align: "ALIGN_RATE",
        reduce: { by: "REDUCE_SUM", groupBy: ["resource.label.location"] },
        plot: "area",
      },
    ],
  };
}

/** Nodes, what they hold, and the API server. */
export function clusterDashboard({ environment, cluster }: WatchedPlace): DashboardLayout {
  const own = { "resource.label.cluster_name": cluster };
  const byNode = { by: "REDUCE_MEAN", groupBy: ["resource.label.node_name"] } as const;
  return {
    title: `${environment}: cluster`,
    tiles: [
      {
        title: "Cores of all nodes",
        metric: metrics.nodeCores,
        labels: own,
        align: "ALIGN_MEAN",
        reduce: { by: "REDUCE_SUM", groupBy: ["resource.label.location"] },
        plot: "area",
      },
      {
        title: "CPU of nodes, share of what pods may use",
        metric: metrics.nodeCpu,
        labels: own,
        align: "ALIGN_MEAN",
        reduce: byNode,
        threshold: 0.9,
      },
      {
        title: "Memory of nodes, share of what pods may use",
        metric: metrics.nodeMemory,
        // Memory that the kernel can take back at once is no shortage.
        labels: { ...own, "metric.label.memory_type": "non-evictable" },
        align: "ALIGN_MEAN",
        reduce: byNode,
        threshold: 0.9,
      },
      {
        title: "Restarts of containers, by namespace",
        metric: metrics.containerRestarts,
        labels: own,
        align: "ALIGN_DELTA",
        reduce: { by: "REDUCE_SUM", groupBy: ["resource.label.namespace_name"] },
        plot: "bars",
      },
      {
        title: "API server: requests, by code",
        metric: metrics.apiServerRequests,
        labels: { "resource.label.cluster": cluster },
        align: "ALIGN_RATE",
        reduce: { by: "REDUCE_SUM", groupBy: ["metric.label.code"] },
        plot: "area",
      },
      {
        title: "API server: requests, by verb",
        metric: metrics.apiServerRequests,
        labels: { "resource.label.cluster": cluster },
        align: "ALIGN_RATE",
        reduce: { by: "REDUCE_SUM", groupBy: ["metric.label.verb"] },
        plot: "area",
      },
      {
        title: "Nodes that the autoscaler could not add",
        logs: `log_id("container.googleapis.com/cluster-autoscaler-visibility") AND resource.labels.cluster_name="${cluster}" AND (jsonPayload.noDecisionStatus.noScaleUp:* OR jsonPayload.resultInfo.results.errorMsg.messageId:*)`,
      },
      {
        title: "Warnings of Kubernetes",
        logs: `log_id("events") AND resource.labels.cluster_name="${cluster}" AND jsonPayload.type="Warning"`,
      },
    ],
  };
}

/** What runs in each namespace, and what it fills. */
export function servicesDashboard({ environment, cluster }: WatchedPlace): DashboardLayout {
  const own = { "resource.label.cluster_name": cluster };
  const byNamespace = { by: "REDUCE_SUM", groupBy: ["resource.label.namespace_name"] } as const;
  return {
    title: `${environment}: services`,
    tiles: [
      {
        title: "Containers, by namespace",
        metric: metrics.containerUptime,
        labels: own,
        align: "ALIGN_MEAN",
        reduce: { by: "REDUCE_COUNT", groupBy: ["resource.label.namespace_name"] },
        plot: "area",
      },
      {
        title: "Cores in use, by namespace",
        metric: metrics.containerCpu,
        labels: own,
        align: "ALIGN_RATE",
        reduce: byNamespace,
        plot: "area",
      },
      {
        title: "Memory in use, by namespace",
        metric: metrics.containerMemory,
        labels: { ...own, "metric.label.memory_type": "non-evictable" },
        align: "ALIGN_MEAN",
        reduce: byNamespace,
        plot: "area",
      },
      {
        title: "Memory against its limit, by pod",
        metric: metrics.containerMemoryLimit,
        labels: { ...own, "metric.label.memory_type": "non-evictable" },
        align: "ALIGN_MAX",
        reduce: { by: "REDUCE_MAX", groupBy: ["resource.label.namespace_name", "resource.label.pod_name"] },
        threshold: 0.9,
      },
      {
        title: "Volumes, share that is used",
        metric: metrics.volumeUse,
        labels: own,
        align: "ALIGN_MAX",
        reduce: {
          by: "REDUCE_MAX",
          groupBy: ["resource.label.namespace_name", "resource.label.pod_name", "metric.label.volume_name"],
        },
        threshold: 0.85,
      },
      {
        title: "Restarts, by pod",
        metric: metrics.containerRestarts,
        labels: own,
        align: "ALIGN_DELTA",
        reduce: { by: "REDUCE_SUM", groupBy: ["resource.label.namespace_name", "resource.label.pod_name"] },
        plot: "bars",
      },
      {
        title: "Errors of containers",
        logs: `resource.type="k8s_container" AND resource.labels.cluster_name="${cluster}" AND severity>=ERROR`,
      },
    ],
  };
}
