import type { INamespace, Resources } from "../../kubernetes";
import type { PodsEnd } from "../contracts";

/** What monitoring is made of, by the names that its Services have. */
export const monitoringPorts = {
  /** Container ports; the Services have the same, but for Grafana's (80). */
  prometheus: 9090,
  alertmanager: 9093,
  grafana: 3000,
  loki: 3100,
  alloy: 12345,
  kubeStateMetrics: 8080,
  operator: 8080,
  /** Between the parts of Loki: list of members, and calls. */
  lokiPeers: [7946, 9095],
  /** Between the replicas of Alertmanager. */
  alertmanagerPeers: 9094,
  /** Of the kubelets, on the nodes. */
  kubelet: 10250,
} as const;

/** What each pod of the small parts asks for. */
export interface PartResources {
  readonly operator: Resources;
  /** The container beside Prometheus and Alertmanager that tells them of new settings. */
  readonly configReloader: Resources;
  readonly alertmanager: Resources;
  readonly kubeStateMetrics: Resources;
}

/** The pods of monitoring, as flows name them; labels are those of the charts and of Prometheus' operator. */
export function monitoringPods(namespace: INamespace) {
  const named = (name: string): PodsEnd => ({ namespace, name, podLabels: { "app.kubernetes.io/name": name } });
  return {
    operator: { namespace, name: "prometheus-operator", podLabels: { app: "kube-prometheus-stack-operator" } },
    prometheus: named("prometheus"),
    alertmanager: named("alertmanager"),
    grafana: named("grafana"),
    kubeStateMetrics: named("kube-state-metrics"),
    loki: named("loki"),
    alloy: named("alloy"),
  } as const satisfies { readonly [part: string]: PodsEnd };
}
