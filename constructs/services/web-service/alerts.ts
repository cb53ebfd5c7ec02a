import type { AlertRule } from "../contracts";

/**
 * Alerts of a web service beside those that all pods have: too few pods ready, and as many as there may be for long.
 *
 * @param autoscaled whether it has an autoscaler
 */
export function webServiceAlerts(namespace: string, name: string, autoscaled: boolean): readonly AlertRule[] {
  const of = (label: string) => `{namespace="${namespace}",${label}="${name}"}`;
  // Alerts of one name are one alert to Prometheus; its labels tell which web service it is.
  const none: AlertRule = {
    name: "WebServiceDown",
    expression: `kube_deployment_status_replicas_available${of("deployment")} == 0`,
    after: "2m",
    severity: "critical",
    summary: `No pod of ${namespace}/${name} takes requests.`,
    remedy: "Read the log and the events of its pods; `terralake deploy` with the image before brings that one back.",
  };
  const full: AlertRule = {
    name: "WebServiceAtItsMaximum",
    expression: `kube_horizontalpodautoscaler_status_current_replicas${of("horizontalpodautoscaler")} >= kube_horizontalpodautoscaler_spec_max_replicas${of("horizontalpodautoscaler")}`,
    after: "30m",
    severity: "warning",
    summary: `${namespace}/${name} has had all pods that its autoscaler may make for half an hour.`,
    remedy: "Raise `autoscale.max` in the environment, or find what keeps its pods busy.",
  };
  return autoscaled ? [none, full] : [none];
}
