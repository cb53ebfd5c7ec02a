import { Construct } from "constructs";
import { charts } from "../../../charts";
import { ChartRelease, type INamespace, type NetworkFlows, type Resources } from "../../kubernetes";
import { DeploySettings } from "../../terraform";
import type { PodsEnd } from "../contracts";

/** Settings of a {@link CloudNativePgOperator}. */
export interface CloudNativePgOperatorProps {
  readonly namespace: INamespace;
  readonly flows: NetworkFlows;
  /** What each pod asks for. */
  readonly resources: Resources;
  /**
   * Pods, of which one leads.
   *
   * @default 1
   */
  readonly replicas?: number;
}

/** Port of the admission webhook, chart value `webhook.port`. */
const webhookPort = 9443;

/** The operator's pods, as flows of later layers name them. */
export function cloudNativePgPods(namespace: INamespace): PodsEnd {
  return { namespace, name: "cloudnative-pg", podLabels: { "app.kubernetes.io/name": "cloudnative-pg" } };
}

/**
 * The CloudNativePG operator, one for the whole cluster.
 *
 * Its definitions are templates of the chart, so an upgrade renews them, and each carries `helm.sh/resource-policy: keep`,
 * so that they and every database outlive the release. The chart's pods meet the restricted profile as they are.
 *
 * @see https://cloudnative-pg.io/documentation/
 */
export class CloudNativePgOperator extends Construct {
  readonly replicas: number;
  readonly release: ChartRelease;

  constructor(scope: Construct, id: string, props: CloudNativePgOperatorProps) {
    super(scope, id);
    this.replicas = props.replicas ?? 1;
    this.release = new ChartRelease(this, "Release", {
      chart: charts.cloudnativePg,
      namespace: props.namespace,
      releaseName: "cloudnative-pg",
      values: {
        replicaCount: this.replicas,
        image: { repository: DeploySettings.of(this).image("ghcr.io/cloudnative-pg/cloudnative-pg") },
        crds: { create: true },
        config: { clusterWide: true },
        webhook: { port: webhookPort },
        resources: props.resources,
        monitoring: { podMonitorEnabled: false },
      },
    });
    const pods = cloudNativePgPods(props.namespace);
    props.flows.allowApiServer(pods);
    props.flows.allowFromApiServer(pods, [webhookPort]);
  }
}
