import { Construct } from "constructs";
import { charts, images } from "../../../charts";
import {
  ChartRelease,
  type INamespace,
  type NetworkFlows,
  type Resources,
  restrictedContainer,
  restrictedPod,
} from "../../kubernetes";
import { DeploySettings } from "../../terraform";
import type { PodsEnd } from "../contracts";

/** Settings of a {@link FlinkOperator}. */
export interface FlinkOperatorProps {
  readonly namespace: INamespace;
  readonly flows: NetworkFlows;
  /** What each pod asks for. */
  readonly resources: Resources;
  /** Namespaces of the Flink clusters; the chart makes the operator's role in each and nowhere else. */
  readonly watched: readonly INamespace[];
  /**
   * Pods, of which one leads.
   *
   * @default 1
   */
  readonly replicas?: number;
}

/** User of the image. */
const user = 9999;

/** The operator's pods, as flows of later layers name them. */
export function flinkOperatorPods(namespace: INamespace): PodsEnd {
  return {
    namespace,
    name: "flink-operator",
    podLabels: { "app.kubernetes.io/name": "flink-kubernetes-operator" },
  };
}

/**
 * The operator of Apache Flink, for the namespaces given.
 *
 * Its definitions are in the chart's `crds/` folder: Helm installs them once, never upgrades and never removes them. The
 * admission webhook is off: its key store needs a password before there is a store of secrets, and the operator runs the same
 * checks itself and reports them in the object's status. Accounts of jobs are made with their cluster, with less than the
 * chart would give them.
 *
 * @see https://nightlies.apache.org/flink/flink-kubernetes-operator-docs-release-1.15/docs/operations/helm/
 */
export class FlinkOperator extends Construct {
  readonly replicas: number;
  readonly release: ChartRelease;

  constructor(scope: Construct, id: string, props: FlinkOperatorProps) {
    super(scope, id);
    this.replicas = props.replicas ?? 1;
    const [repository, tag] = splitTag(DeploySettings.of(this).image(images.flinkOperator));
    this.release = new ChartRelease(this, "Release", {
      chart: charts.flinkOperator,
      namespace: props.namespace,
      releaseName: "flink-kubernetes-operator",
      values: {
        image: { repository, tag },
        replicas: this.replicas,
        strategy: { type: this.replicas > 1 ? "RollingUpdate" : "Recreate" },
        watchNamespaces: props.watched.map(({ name }) => name),
        webhook: { create: false },
        jobServiceAccount: { create: false },
        rbac: { jobRole: { create: false }, jobRoleBinding: { create: false } },
        podSecurityContext: restrictedPod(user),
        operatorSecurityContext: restrictedContainer,
        operatorPod: { resources: props.resources },
        // By itself the JVM takes a quarter of the memory.
        jvmArgs: { operator: "-XX:MaxRAMPercentage=60" },
        defaultConfiguration: { "flink-conf.yaml": configuration(this.replicas) },
      },
      dependsOn: props.watched.flatMap(({ resource }) => resource ?? []),
    });
    props.flows.allowApiServer(flinkOperatorPods(props.namespace));
  }
}

/** What is appended to the operator's own configuration. */
function configuration(replicas: number): string {
  const lines = [
    "kubernetes.operator.reconcile.interval: 15 s",
    "kubernetes.operator.observer.progress-check.interval: 5 s",
    // A jar comes with an image; the operator fetches none for a job.
    "kubernetes.operator.user.artifacts.allowed-schemes: local",
    ...(replicas > 1
      ? [
          "kubernetes.operator.leader-election.enabled: true",
          "kubernetes.operator.leader-election.lease-name: flink-operator-lease",
        ]
      : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** Repository and tag, which the chart takes apart; a registry's port is no tag. */
function splitTag(image: string): readonly [repository: string, tag: string] {
  const colon = image.lastIndexOf(":");
  return [image.slice(0, colon), image.slice(colon + 1)];
}
