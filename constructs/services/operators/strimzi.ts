import { Construct } from "constructs";
import { charts } from "../../../charts";
import { ChartRelease, type INamespace, type NetworkFlows, type Resources } from "../../kubernetes";
import { DeploySettings } from "../../terraform";
import type { PodsEnd } from "../contracts";

/** Settings of a {@link StrimziOperator}. */
export interface StrimziOperatorProps {
  readonly namespace: INamespace;
  readonly flows: NetworkFlows;
  /** What each pod asks for. */
  readonly resources: Resources;
  /** Namespaces of the Kafka clusters; the chart binds its roles in each and nowhere else. */
  readonly watched: readonly INamespace[];
  /**
   * Pods, of which one leads.
   *
   * @default 1
   */
  readonly replicas?: number;
}

/** The operator's pods, as flows of later layers name them. */
export function strimziOperatorPods(namespace: INamespace): PodsEnd {
  return { namespace, name: "strimzi", podLabels: { "strimzi.io/kind": "cluster-operator" } };
}

/**
 * Strimzi's operator of Kafka clusters, for the namespaces given.
 *
 * Its definitions are in the chart's `crds/` folder: Helm installs them once, never upgrades and never removes them. Network
 * policies are the table's alone: those that the operator would make open each listener to all.
 *
 * @see https://strimzi.io/docs/operators/1.2.0/deploying
 */
export class StrimziOperator extends Construct {
  readonly replicas: number;
  readonly release: ChartRelease;

  constructor(scope: Construct, id: string, props: StrimziOperatorProps) {
    super(scope, id);
    this.replicas = props.replicas ?? 1;
    const { imageRegistry } = DeploySettings.of(this);
    this.release = new ChartRelease(this, "Release", {
      chart: charts.strimzi,
      namespace: props.namespace,
      releaseName: "strimzi",
      values: {
        replicas: this.replicas,
        watchNamespaces: props.watched.map(({ name }) => name),
        defaultImageRegistry: imageRegistry,
        generateNetworkPolicy: false,
        // Pods that the operator makes meet the restricted profile too.
        extraEnvs: [{ name: "STRIMZI_POD_SECURITY_PROVIDER_CLASS", value: "restricted" }],
        podDisruptionBudget: { enabled: this.replicas > 1 },
        resources: props.resources,
      },
      dependsOn: props.watched.flatMap(({ resource }) => resource ?? []),
    });
    props.flows.allowApiServer(strimziOperatorPods(props.namespace));
  }
}
