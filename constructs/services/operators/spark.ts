import { Construct } from "constructs";
import { charts } from "../../../charts";
import { ChartRelease, type INamespace, type NetworkFlows, type Resources, restrictedPod } from "../../kubernetes";
import { DeploySettings, PlatformError } from "../../terraform";
import type { PodsEnd } from "../contracts";

/** Settings of a {@link SparkOperator}. */
export interface SparkOperatorProps {
  readonly namespace: INamespace;
  readonly flows: NetworkFlows;
  /** What each of its two pods (controller, webhook) asks for. */
  readonly resources: Resources;
  /** Namespaces in which Spark jobs may run; the chart makes the jobs' service account and Role in each. */
  readonly jobNamespaces: readonly INamespace[];
}

/** Port of the admission webhook, chart value `webhook.port`. */
const webhookPort = 9443;

/** User of the operator's image. */
const sparkUser = 185;

/**
 * Port at which drivers and executors hand out blocks. Spark takes it for drivers by itself; jobs must set
 * `spark.blockManager.port` to it, since executors choose one at random otherwise.
 */
export const sparkBlockPort = 7079;

/** Ports of a driver for its executors: `spark.driver.port` and `spark.driver.blockManager.port` on Kubernetes. */
const driverPorts = [7078, sparkBlockPort];

/** Service account of the jobs in each of their namespaces, as the chart names it. */
export const sparkJobAccount = "spark-operator-spark";

/** The drivers or executors of all Spark jobs of a namespace; Spark labels them itself. */
export function sparkPods(namespace: INamespace, role: "driver" | "executor"): PodsEnd {
  return { namespace, name: `spark-${role}`, podLabels: { "spark-role": role } };
}

/**
 * The Spark operator of Kubeflow, for the namespaces given.
 *
 * Its definitions are in the chart's `crds/` folder: Helm installs them once, never upgrades and never removes them.
 *
 * @see https://www.kubeflow.org/docs/components/spark-operator/
 */
export class SparkOperator extends Construct {
  readonly jobNamespaces: readonly INamespace[];
  readonly release: ChartRelease;

  /** @throws PlatformError when jobs may run nowhere */
  constructor(scope: Construct, id: string, props: SparkOperatorProps) {
    super(scope, id);
    this.jobNamespaces = props.jobNamespaces;
    if (this.jobNamespaces.length === 0) {
      throw new PlatformError(this, "there are no job namespaces", "name at least one namespace for Spark jobs");
    }
    const { imageRegistry } = DeploySettings.of(this);
    const pod = { resources: props.resources, podSecurityContext: restrictedPod(sparkUser) };
    this.release = new ChartRelease(this, "Release", {
      chart: charts.sparkOperator,
      namespace: props.namespace,
      releaseName: "spark-operator",
      values: {
        image: imageRegistry ? { registry: imageRegistry } : undefined,
        // A job of the chart would upgrade the definitions behind Terraform's back.
        hook: { upgradeCrd: false },
        controller: pod,
        webhook: { ...pod, enable: true, port: webhookPort },
        spark: { jobNamespaces: this.jobNamespaces.map(({ name }) => name) },
        prometheus: { metrics: { enable: false }, podMonitor: { create: false } },
      },
      dependsOn: this.jobNamespaces.flatMap(({ resource }) => resource ?? []),
    });
    this.allowFlows(props.namespace, props.flows);
  }

  private allowFlows(namespace: INamespace, flows: NetworkFlows): void {
    const part = (component: string): PodsEnd => ({
      namespace,
      name: `spark-operator-${component}`,
      podLabels: { "app.kubernetes.io/name": "spark-operator", "app.kubernetes.io/component": component },
    });
    flows.allowApiServer(part("controller"));
    flows.allowApiServer(part("webhook"));
    flows.allowFromApiServer(part("webhook"), [webhookPort]);
    for (const jobs of this.jobNamespaces) {
      const driver = sparkPods(jobs, "driver");
      const executor = sparkPods(jobs, "executor");
      flows.allowApiServer(driver);
      flows.allow({ from: executor, to: driver, ports: driverPorts, reason: "executors report to their driver" });
      flows.allow({ from: driver, to: executor, ports: [sparkBlockPort], reason: "results of tasks" });
      flows.allow({ from: executor, to: executor, ports: [sparkBlockPort], reason: "shuffles" });
    }
  }
}
