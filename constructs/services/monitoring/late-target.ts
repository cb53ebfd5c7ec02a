import type { INamespace, KubernetesObject } from "../../kubernetes";
import type { MetricsTarget } from "../contracts";
import type { ServiceContext } from "../service-context";
import { podMonitor, prometheusRule } from "./monitors";
import { monitoringPods } from "./parts";
import { targetRights } from "./rbac";

/**
 * Lets Prometheus ask a target that is built after it, which is the ingress alone.
 *
 * @param monitoring namespace of monitoring
 * @returns monitor, alerts and the right to look for the pods, for the release of who is asked
 */
export function lateTarget(
  context: ServiceContext,
  monitoring: INamespace,
  target: MetricsTarget,
): readonly KubernetesObject[] {
  const { name, pods, port, alerts = [] } = target;
  context.connect(monitoringPods(monitoring).prometheus, [{ end: pods, port }], "asks for metrics");
  return [
    podMonitor(monitoring, target),
    ...(alerts.length > 0 ? [prometheusRule(monitoring, name, [{ name, rules: alerts }])] : []),
    // by a name of their own: another target may be in the same namespace
    ...targetRights(monitoring, [pods.namespace.name], `prometheus-${name}`),
  ];
}
