import { Construct } from "constructs";
import { charts } from "../../../charts";
import { ChartRelease, type INamespace, type NetworkFlows, type Resources, restrictedPod } from "../../kubernetes";
import { DeploySettings, PlatformError } from "../../terraform";
import type { MetricsTarget, PodsEnd } from "../contracts";
import { sparkPods, sparkPorts } from "../spark/pods";
import { operatorNamespaces } from "./namespaces";

/** Settings of a {@link SparkOperator}. */
export interface SparkOperatorProps {
  readonly namespace: INamespace;
  readonly flows: NetworkFlows;
  /** What each of its two pods (controller, webhook) asks for. */
  readonly resources: Resources;
  /** Namespaces in which Spark jobs may run; the chart makes the jobs' service account and Role in each. */
  readonly jobNamespaces: readonly INamespace[];
  /**
   * Annotations of the jobs' service accounts.
   *
   * @default - none
   */
  readonly accountAnnotations?: Readonly<Record<string, string>>;
  /**
   * Pods of the controller, of which one leads, and of the webhook.
   *
   * @default 1
   */
  readonly replicas?: number;
}

/** Port of the admission webhook, chart value `webhook.port`. */
const webhookPort = 9443;

/** User of the operator's image. */
const sparkUser = 185;

/** Port of the controller's metrics, chart value `prometheus.metrics.port`. */
const metricsPort = 8080;

/** Service account of the jobs in each of their namespaces, as the chart names it. */
export const sparkJobAccount = "spark-operator-spark";

/** ConfigMap of the operator's namespace with the defaults of all jobs; a later layer makes it. */
export const sparkDefaultsMap = "spark-defaults";

/** Where the controller mounts it: `SPARK_CONF_DIR` of each submission. */
const defaultsFolder = "/etc/spark/defaults";

/** Where the operator tells its metrics. */
export function sparkOperatorMetrics(namespace: INamespace): MetricsTarget {
  return {
    name: operatorNamespaces.spark,
    pods: operatorPods(namespace, "controller"),
    portName: "metrics",
    port: metricsPort,
  };
}

function operatorPods(namespace: INamespace, component: string): PodsEnd {
  return {
    namespace,
    name: `spark-operator-${component}`,
    podLabels: { "app.kubernetes.io/name": "spark-operator", "app.kubernetes.io/component": component },
  };
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
    const { accountAnnotations = {} } = props;
    const replicas = props.replicas ?? 1;
    const pod = {
      replicas,
      resources: props.resources,
      podSecurityContext: restrictedPod(sparkUser),
      podDisruptionBudget: { enable: replicas > 1, minAvailable: 1 },
    };
    this.release = new ChartRelease(this, "Release", {
      chart: charts.sparkOperator,
      namespace: props.namespace,
      releaseName: "spark-operator",
      values: {
        image: imageRegistry ? { registry: imageRegistry } : undefined,
        // A job of the chart would upgrade the definitions behind Terraform's back.
        hook: { upgradeCrd: false },
        controller: {
          ...pod,
          env: [{ name: "SPARK_CONF_DIR", value: defaultsFolder }],
          volumes: [
            { name: "tmp", emptyDir: { sizeLimit: "1Gi" } },
            // Absent until the services' layer has made it: jobs have no defaults then.
            { name: "defaults", configMap: { name: sparkDefaultsMap, optional: true } },
          ],
          volumeMounts: [
            { name: "tmp", mountPath: "/tmp", readOnly: false },
            { name: "defaults", mountPath: defaultsFolder, readOnly: true },
          ],
        },
        webhook: { ...pod, enable: true, port: webhookPort },
        spark: {
          jobNamespaces: this.jobNamespaces.map(({ name }) => name),
          ...(Object.keys(accountAnnotations).length > 0
            ? { serviceAccount: { annotations: accountAnnotations } }
            : {}),
        },
        prometheus: { metrics: { enable: true, port: metricsPort }, podMonitor: { create: false } },
      },
      dependsOn: this.jobNamespaces.flatMap(({ resource }) => resource ?? []),
    });
    this.allowFlows(props.namespace, props.flows);
  }

  private allowFlows(namespace: INamespace, flows: NetworkFlows): void {
    const part = (component: string): PodsEnd => operatorPods(namespace, component);
    flows.allowApiServer(part("controller"));
    flows.allowApiServer(part("webhook"));
    flows.allowFromApiServer(part("webhook"), [webhookPort]);
    for (const jobs of this.jobNamespaces) {
      const driver = sparkPods(jobs, "driver");
      const executor = sparkPods(jobs, "executor");
      flows.allowApiServer(driver);
      flows.allow({
        from: executor,
        to: driver,
        ports: [sparkPorts.driver, sparkPorts.blocks],
        reason: "executors report to their driver",
      });
      flows.allow({ from: driver, to: executor, ports: [sparkPorts.blocks], reason: "results of tasks" });
      flows.allow({ from: executor, to: executor, ports: [sparkPorts.blocks], reason: "shuffles" });
    }
  }
}
