import { Construct } from "constructs";
import { charts } from "../../../charts";
import { ChartRelease, type INamespace } from "../../kubernetes";

/** Settings of {@link PrometheusDefinitions}. */
export interface PrometheusDefinitionsProps {
  readonly namespace: INamespace;
}

/**
 * The definitions of Prometheus' operator (PodMonitor, PrometheusRule and the rest), without the operator: monitors are
 * objects of a later layer, and a release that has both needs the definitions before it is planned.
 *
 * They carry `helm.sh/resource-policy: keep`, so they, and with them all monitors, outlive the release.
 *
 * @see https://github.com/prometheus-community/helm-charts/tree/main/charts/prometheus-operator-crds
 */
export class PrometheusDefinitions extends Construct {
  readonly release: ChartRelease;

  constructor(scope: Construct, id: string, { namespace }: PrometheusDefinitionsProps) {
    super(scope, id);
    this.release = new ChartRelease(this, "Release", {
      chart: charts.prometheusOperatorCrds,
      namespace,
      releaseName: "prometheus-operator-crds",
      values: {
        crds: {
          annotations: { "helm.sh/resource-policy": "keep" },
          // nobody makes these two, and they are the largest after Prometheus' own
          prometheusagents: { enabled: false },
          thanosrulers: { enabled: false },
        },
      },
    });
  }
}
