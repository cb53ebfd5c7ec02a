import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { charts } from "../../../charts";
import { ChartRelease, type INamespace, type NetworkFlows, type Resources } from "../../kubernetes";
import { DeploySettings } from "../../terraform";
import type { PodsEnd } from "../contracts";
import { cloudNativePgPods } from "./cloudnative-pg";

/** Settings of a {@link BarmanPlugin}. */
export interface BarmanPluginProps {
  /** The namespace of CloudNativePG: the operator looks for plugins beside itself only. */
  readonly namespace: INamespace;
  readonly flows: NetworkFlows;
  /** What its pod asks for. */
  readonly resources: Resources;
  /** The release of cert-manager, which signs what operator and plugin show each other. */
  readonly certManager: ITerraformDependable;
}

/** Port on which the operator calls the plugin. */
const port = 9090;

/** The plugin's pods. */
function barmanPluginPods(namespace: INamespace): PodsEnd {
  return { namespace, name: "barman-plugin", podLabels: { "app.kubernetes.io/name": "plugin-barman-cloud" } };
}

/**
 * The Barman plugin of CloudNativePG: it adds to each server with backups a container that writes them to an object store.
 *
 * Its definition is a template of the chart that carries `helm.sh/resource-policy: keep`, so it outlives the release. The
 * chart's pod, and the container that the plugin adds, meet the restricted profile as they are. One pod leads, and a rollout
 * stops the old one first; backups and archiving go on meanwhile.
 *
 * @see https://cloudnative-pg.io/plugin-barman-cloud/docs/installation/
 */
export class BarmanPlugin extends Construct {
  readonly release: ChartRelease;

  constructor(scope: Construct, id: string, props: BarmanPluginProps) {
    super(scope, id);
    const { namespace, flows } = props;
    const { imageRegistry } = DeploySettings.of(this);
    const registry = imageRegistry ? { registry: imageRegistry } : undefined;
    this.release = new ChartRelease(this, "Release", {
      chart: charts.barmanPlugin,
      namespace,
      releaseName: "plugin-barman-cloud",
      values: {
        image: registry,
        sidecarImage: registry,
        crds: { create: true },
        resources: props.resources,
      },
      dependsOn: [props.certManager],
    });
    const pods = barmanPluginPods(namespace);
    flows.allowApiServer(pods);
    flows.allow({
      from: cloudNativePgPods(namespace),
      to: pods,
      ports: [port],
      reason: "asks what backups add to servers",
    });
  }
}
