import type { JsonObject } from "../../../terraform";
import type { MetricsTarget, PodsEnd } from "../../contracts";
import { dashboard, type Panel } from "./dashboard";

/** A service that has a page. */
export interface WatchedService {
  /** Name of the service in the catalogue, such as `objectStore`. */
  readonly service: string;
  /** Its pods. */
  readonly pods: readonly PodsEnd[];
  readonly metrics: readonly MetricsTarget[];
}

/** How a label of a pod is called in `kube_pod_labels`. */
function metricLabel(label: string): string {
  return `label_${label.replaceAll(/[^A-Za-z0-9_]/g, "_")}`;
}

/** Labels of pods that the pages select by, for kube-state-metrics. */
export function labelsOf(services: readonly WatchedService[]): readonly string[] {
  return [...new Set(services.flatMap(({ pods }) => pods.flatMap((end) => Object.keys(end.podLabels ?? {}))))].sort();
}

/** PromQL of the series that a service's pods have, one for each pod. */
function podsOf({ pods }: WatchedService): string {
  const selectors = pods.map(({ namespace, podLabels = {} }) => {
    const labels = Object.entries(podLabels).map(([label, value]) => `${metricLabel(label)}="${value}"`);
    return `kube_pod_labels{${[`namespace="${namespace.name}"`, ...labels].join(", ")}}`;
  });
  return [...new Set(selectors)].join(" or ");
}

/** Namespaces of a service's pods as a pattern for Loki. */
function namespacesOf({ pods }: WatchedService): string {
  return [...new Set(pods.map(({ namespace }) => namespace.name))].sort().join("|");
}

/** Names of the services as the label of their pods says them, for Loki. */
function namesOf({ pods }: WatchedService): string {
  const names = pods.flatMap(({ podLabels }) => podLabels?.["app.kubernetes.io/name"] ?? []);
  return [...new Set(names)].sort().join("|");
}

/**
 * The page of a service: whether it is well, what it uses of what it may use, what only it can tell, and its log.
 *
 * @param logs whether logs are collected
 */
export function serviceDashboard(watched: WatchedService, logs: boolean): JsonObject {
  const own = podsOf(watched);
  const among = `and on (namespace, pod) (${own})`;
  const jobs = watched.metrics.map(({ name }) => name).join("|");
  const container = '{container!="", container!="POD"}';
  const panels: readonly Panel[] = [
    {
      title: "Pods ready",
      kind: "number",
      queries: [{ expression: `sum(kube_pod_status_ready{condition="true"} ${among})` }],
    },
    {
      title: "Pods not ready",
      kind: "number",
      wrongFrom: 1,
      queries: [{ expression: `sum(kube_pod_status_ready{condition="false"} ${among}) or vector(0)` }],
    },
    {
      title: "Restarts in a day",
      kind: "number",
      wrongFrom: 3,
      queries: [{ expression: `sum(increase(kube_pod_container_status_restarts_total[1d]) ${among}) or vector(0)` }],
    },
    {
      title: "Alerts",
      kind: "number",
      wrongFrom: 1,
      queries: [{ expression: `count(ALERTS{alertstate="firing"} ${among}) or vector(0)` }],
    },
    ...watched.metrics.flatMap(({ graphs = [] }) =>
      graphs.map(
        ({ title, expression, unit, legend = "{{pod}}" }): Panel => ({
          title,
          kind: "graph",
          unit,
          queries: [{ expression, legend }],
        }),
      ),
    ),
    {
      title: "CPU",
      kind: "graph",
      unit: "short",
      about: "Cores in use; above the request it lives on what others leave.",
      queries: [
        {
          expression: `sum by (pod) (rate(container_cpu_usage_seconds_total${container}[5m]) ${among})`,
          legend: "{{pod}}",
        },
        { expression: `sum(kube_pod_container_resource_requests{resource="cpu"} ${among})`, legend: "requests of all" },
      ],
    },
    {
      title: "Memory of the limit",
      kind: "graph",
      unit: "percentunit",
      about: "At 100% the container is killed. A JVM keeps what it once took.",
      queries: [
        {
          expression:
            `sum by (pod) (container_memory_working_set_bytes${container} ${among}) / ` +
            `sum by (pod) (kube_pod_container_resource_limits{resource="memory"} ${among})`,
          legend: "{{pod}}",
        },
      ],
    },
    {
      title: "Network",
      kind: "graph",
      unit: "Bps",
      queries: [
        { expression: `sum(rate(container_network_receive_bytes_total[5m]) ${among})`, legend: "in" },
        { expression: `sum(rate(container_network_transmit_bytes_total[5m]) ${among})`, legend: "out" },
      ],
    },
    {
      title: "Volumes in use",
      kind: "graph",
      unit: "percentunit",
      queries: [
        {
          expression:
            "1 - min by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes) " +
            `and on (namespace, persistentvolumeclaim) (kube_pod_spec_volumes_persistentvolumeclaims_info ${among})`,
          legend: "{{persistentvolumeclaim}}",
        },
      ],
    },
    ...(jobs === ""
      ? []
      : [
          {
            title: "Metrics arrive",
            kind: "graph" as const,
            about: "0: the pod does not answer Prometheus.",
            queries: [{ expression: `up{job=~"${jobs}"}`, legend: "{{job}} {{pod}}" }],
          },
        ]),
    ...(logs && namesOf(watched) !== "" ? [logPanel(watched)] : []),
  ];
  return dashboard({
    uid: `terralake-${watched.service}`,
    title: watched.service,
    tags: ["terralake", "service"],
    panels,
  });
}

function logPanel(watched: WatchedService): Panel {
  return {
    title: "Log",
    kind: "logs",
    queries: [{ expression: `{namespace=~"${namespacesOf(watched)}", service_name=~"${namesOf(watched)}"}` }],
  };
}
