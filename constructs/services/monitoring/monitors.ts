import type { INamespace, KubernetesObject } from "../../kubernetes";
import type { AlertRule, MetricsTarget } from "../contracts";

const version = "monitoring.coreos.com/v1";

/** How often everything is asked, and each rule judged. */
export const scrapeInterval = "30s";

/** Asks the pods of a target; the monitor stands in the namespace of monitoring, whatever namespace the pods are in. */
export function podMonitor(namespace: INamespace, target: MetricsTarget): KubernetesObject {
  return {
    apiVersion: version,
    kind: "PodMonitor",
    metadata: { name: target.name, namespace: namespace.name },
    spec: {
      namespaceSelector: { matchNames: [target.pods.namespace.name] },
      selector: target.pods.podLabels ? { matchLabels: { ...target.pods.podLabels } } : {},
      podMetricsEndpoints: [
        {
          ...(target.portName === undefined ? { portNumber: target.port } : { port: target.portName }),
          path: target.path ?? "/metrics",
          interval: scrapeInterval,
          // one job by the name that alerts and dashboards use, in the place of namespace and monitor
          relabelings: [{ action: "replace", targetLabel: "job", replacement: target.name }],
        },
      ],
    },
  };
}

/** Rules that Prometheus judges together. */
export interface RuleGroup {
  /** Kebab case. */
  readonly name: string;
  readonly rules: readonly AlertRule[];
}

/** Alerts as Prometheus takes them, each with what is wrong and what to do. */
export function prometheusRule(namespace: INamespace, name: string, groups: readonly RuleGroup[]): KubernetesObject {
  return {
    apiVersion: version,
    kind: "PrometheusRule",
    metadata: { name, namespace: namespace.name },
    spec: {
      groups: groups.map((group) => ({
        name: group.name,
        interval: scrapeInterval,
        rules: group.rules.map((rule) => ({
          alert: rule.name,
          expr: rule.expression,
          for: rule.after,
          labels: { severity: rule.severity },
          annotations: { summary: rule.summary, remedy: rule.remedy },
        })),
      })),
    },
  };
}
