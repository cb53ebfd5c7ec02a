import type { JsonObject } from "../../../terraform";
import { customMetrics } from "../custom-resource-metrics";
import { dashboard, type Panel } from "./dashboard";

const { condition, certificateEnd } = customMetrics;

const number = (title: string, expression: string, wrongFrom?: number): Panel => ({
  title,
  kind: "number",
  wrongFrom,
  queries: [{ expression }],
});

const graph = (title: string, expression: string, legend: string, unit?: string): Panel => ({
  title,
  kind: "graph",
  unit,
  queries: [{ expression, legend }],
});

const notReady = (kinds: string) => `${condition}{customresource_kind=~"${kinds}", type="Ready"} == 0`;

/** The first page: what is wrong, where the room goes, what will end soon. */
function overview(): JsonObject {
  return dashboard({
    uid: "terralake-overview",
    title: "Overview",
    tags: ["terralake"],
    panels: [
      number("Alerts", 'count(ALERTS{alertstate="firing"}) or vector(0)', 1),
      number(
        "Pods not ready",
        'count(kube_pod_status_ready{condition="true"} == 0 unless on (namespace, pod) kube_pod_status_phase{phase=~"Succeeded|Failed"} == 1) or vector(0)',
        1,
      ),
      number("Targets down", "count(up == 0) or vector(0)", 1),
      number("Secrets that do not follow", `count(${notReady("ExternalSecret")}) or vector(0)`, 1),
      {
        title: "Alerts that fire",
        kind: "table",
        queries: [{ expression: 'sum by (severity, alertname, namespace, pod, name) (ALERTS{alertstate="firing"})' }],
      },
      graph(
        "CPU by namespace",
        'sum by (namespace) (rate(container_cpu_usage_seconds_total{container!=""}[5m]))',
        "{{namespace}}",
      ),
      graph(
        "Memory by namespace",
        'sum by (namespace) (container_memory_working_set_bytes{container!=""})',
        "{{namespace}}",
        "bytes",
      ),
      graph(
        "Fullest volumes",
        "topk(10, 1 - min by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes))",
        "{{namespace}}/{{persistentvolumeclaim}}",
        "percentunit",
      ),
      graph(
        "Certificates: time left of the next ten",
        `bottomk(10, min by (namespace, name) (${certificateEnd}) - time())`,
        "{{namespace}}/{{name}}",
        "s",
      ),
      graph(
        "Requests of what nodes have",
        'sum by (resource) (kube_pod_container_resource_requests) / sum by (resource) (kube_node_status_allocatable{resource=~"cpu|memory"})',
        "{{resource}}",
        "percentunit",
      ),
      graph(
        "Containers that start again",
        "topk(10, sum by (namespace, pod) (increase(kube_pod_container_status_restarts_total[1h])) > 0)",
        "{{namespace}}/{{pod}}",
      ),
    ],
  });
}

function vault(logs: boolean): JsonObject {
  const pods = 'namespace="vault", pod=~"vault-[0-9]+"';
  return dashboard({
    uid: "terralake-vault",
    title: "vault",
    tags: ["terralake", "platform"],
    panels: [
      number("Servers open", `sum(kube_pod_status_ready{${pods}, condition="true"})`),
      number("Servers sealed or down", `sum(kube_pod_status_ready{${pods}, condition="false"}) or vector(0)`, 1),
      number(
        "Restarts in a day",
        `sum(increase(kube_pod_container_status_restarts_total{${pods}}[1d])) or vector(0)`,
        1,
      ),
      number("Secrets that do not follow", `count(${notReady("ExternalSecret")}) or vector(0)`, 1),
      graph("CPU", `sum by (pod) (rate(container_cpu_usage_seconds_total{${pods}, container!=""}[5m]))`, "{{pod}}"),
      graph("Memory", `sum by (pod) (container_memory_working_set_bytes{${pods}, container!=""})`, "{{pod}}", "bytes"),
      graph(
        "Volumes in use",
        '1 - min by (persistentvolumeclaim) (kubelet_volume_stats_available_bytes{namespace="vault"} / kubelet_volume_stats_capacity_bytes{namespace="vault"})',
        "{{persistentvolumeclaim}}",
        "percentunit",
      ),
      graph("Network in", `sum by (pod) (rate(container_network_receive_bytes_total{${pods}}[5m]))`, "{{pod}}", "Bps"),
      ...logOf(logs, "vault"),
    ],
  });
}

function flux(logs: boolean): JsonObject {
  const kinds = "Kustomization|HelmRelease|GitRepository|OCIRepository|HelmRepository";
  return dashboard({
    uid: "terralake-flux",
    title: "flux",
    tags: ["terralake", "platform"],
    panels: [
      number("Objects ready", `sum(${condition}{customresource_kind=~"${kinds}", type="Ready"}) or vector(0)`),
      number("Objects not ready", `count(${notReady(kinds)}) or vector(0)`, 1),
      number(
        "Pods not ready",
        'sum(kube_pod_status_ready{namespace="flux-system", condition="false"}) or vector(0)',
        1,
      ),
      number(
        "Restarts in a day",
        'sum(increase(kube_pod_container_status_restarts_total{namespace="flux-system"}[1d])) or vector(0)',
        3,
      ),
      {
        title: "Not ready",
        kind: "table",
        queries: [{ expression: `sum by (customresource_kind, namespace, name) (${notReady(kinds)})` }],
      },
      graph(
        "Ready by kind",
        `sum by (customresource_kind) (${condition}{customresource_kind=~"${kinds}", type="Ready"})`,
        "{{customresource_kind}}",
      ),
      graph(
        "Memory",
        'sum by (pod) (container_memory_working_set_bytes{namespace="flux-system", container!=""})',
        "{{pod}}",
        "bytes",
      ),
      ...logOf(logs, "flux-system"),
    ],
  });
}

function logOf(logs: boolean, namespace: string): readonly Panel[] {
  return logs ? [{ title: "Log", kind: "logs", queries: [{ expression: `{namespace="${namespace}"}` }] }] : [];
}

/** Pages that every platform has, by the name of their file. */
export function platformDashboards(logs: boolean): { readonly [name: string]: JsonObject } {
  return { overview: overview(), vault: vault(logs), flux: flux(logs) };
}
