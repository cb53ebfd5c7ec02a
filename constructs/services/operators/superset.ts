import { Construct } from "constructs";
import { charts } from "../../../charts";
import {
  ChartRelease,
  type INamespace,
  type NetworkFlows,
  type Resources,
  readOnlyContainer,
  restrictedPod,
} from "../../kubernetes";
import { DeploySettings } from "../../terraform";
import type { PodsEnd } from "../contracts";

/** Settings of a {@link SupersetOperator}. */
export interface SupersetOperatorProps {
  readonly namespace: INamespace;
  readonly flows: NetworkFlows;
  /** What each pod asks for. */
  readonly resources: Resources;
  /** Namespaces of Superset; the chart makes the operator's role in each and nowhere else. */
  readonly watched: readonly INamespace[];
  /**
   * Pods, of which one leads.
   *
   * @default 1
   */
  readonly replicas?: number;
}

const name = "superset-operator";

/** User of the image, which has no other. */
const user = 65532;

/**
 * The operator of Apache Superset, for the namespaces given.
 *
 * Its one definition, of 2 MB as YAML, is in the chart's `crds/` folder: Helm creates it once, so that the API server keeps no
 * second copy of it in an annotation, and never upgrades or removes it. It is 0.7 MB as JSON, and 0.2 MB of the release's
 * Secret: both are below the 1 MB and 1.5 MB of a Secret and of etcd.
 *
 * @see https://apache.github.io/superset-kubernetes-operator/user-guide/installation/
 */
export class SupersetOperator extends Construct {
  readonly replicas: number;
  readonly release: ChartRelease;

  constructor(scope: Construct, id: string, props: SupersetOperatorProps) {
    super(scope, id);
    this.replicas = props.replicas ?? 1;
    this.release = new ChartRelease(this, "Release", {
      chart: charts.supersetOperator,
      namespace: props.namespace,
      releaseName: name,
      values: {
        replicas: this.replicas,
        image: { repository: DeploySettings.of(this).image("ghcr.io/apache/superset-kubernetes-operator") },
        watch: { scope: "namespaces", namespaces: props.watched.map(({ name: watched }) => watched) },
        // Who may read them would be asked of the API server, by a role of the whole cluster.
        metrics: { enabled: false },
        podSecurityContext: restrictedPod(user),
        securityContext: readOnlyContainer,
        resources: props.resources,
      },
      dependsOn: props.watched.flatMap(({ resource }) => resource ?? []),
    });
    const pods: PodsEnd = {
      namespace: props.namespace,
      name,
      podLabels: { "app.kubernetes.io/name": name },
    };
    props.flows.allowApiServer(pods);
  }
}
