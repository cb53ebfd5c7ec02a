import { Construct } from "constructs";
import { charts } from "../../../charts";
import { ChartRelease, type INamespace, type NetworkFlows, type Resources, readOnlyContainer } from "../../kubernetes";
import { DeploySettings } from "../../terraform";
import type { PodsEnd } from "../contracts";

/** Settings of a {@link MariaDbOperator}. */
export interface MariaDbOperatorProps {
  readonly namespace: INamespace;
  readonly flows: NetworkFlows;
  /** What each of its three pods (controller, webhook, certificate controller) asks for. */
  readonly resources: Resources;
}

/** Port of the admission webhook, chart value `webhook.port`. */
const webhookPort = 9443;

const name = "mariadb-operator";

/** The controller's pods, as flows of later layers name them. */
export function mariaDbOperatorPods(namespace: INamespace): PodsEnd {
  return { namespace, name, podLabels: { "app.kubernetes.io/name": name } };
}

/**
 * The MariaDB operator and, in a release of their own, its definitions.
 *
 * The chart of the definitions has no value to keep them on uninstall, and with them would go every database: Terraform
 * refuses to destroy or replace that release unless a plan may destroy data. Once the release is gone from the program so
 * is that guard, and it is the inventory of addresses that shows it.
 *
 * @see https://github.com/mariadb-operator/mariadb-operator
 */
export class MariaDbOperator extends Construct {
  readonly definitions: ChartRelease;
  readonly release: ChartRelease;

  constructor(scope: Construct, id: string, props: MariaDbOperatorProps) {
    super(scope, id);
    const { namespace, flows, resources } = props;
    const settings = DeploySettings.of(this);
    this.definitions = new ChartRelease(this, "Definitions", {
      chart: charts.mariadbOperatorCrds,
      namespace,
      releaseName: "mariadb-operator-crds",
    });
    if (!settings.allowDestroy) {
      this.definitions.resource.lifecycle = { preventDestroy: true };
    }
    const image = { repository: settings.image("ghcr.io/mariadb-operator/mariadb-operator") };
    const pod = {
      image,
      resources,
      podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      securityContext: readOnlyContainer,
    };
    this.release = new ChartRelease(this, "Release", {
      chart: charts.mariadbOperator,
      namespace,
      releaseName: name,
      values: {
        ...pod,
        crds: { enabled: false },
        metrics: { enabled: false },
        webhook: { ...pod, port: webhookPort },
        certController: pod,
      },
      dependsOn: [this.definitions.resource],
    });
    const part = (component: string): PodsEnd => ({
      namespace,
      name: `${name}-${component}`,
      podLabels: { "app.kubernetes.io/name": `${name}-${component}` },
    });
    const webhook = part("webhook");
    const certController = part("cert-controller");
    flows.allowApiServer(mariaDbOperatorPods(namespace));
    flows.allowApiServer(webhook);
    flows.allowApiServer(certController);
    flows.allowFromApiServer(webhook, [webhookPort]);
  }
}
