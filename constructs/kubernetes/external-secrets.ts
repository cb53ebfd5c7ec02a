import { Construct } from "constructs";
import { charts } from "../../charts";
import { ChartRelease } from "./chart-release";
import type { INamespace } from "./namespace";
import type { NetworkFlows } from "./network-flows";
import type { Resources } from "./resources";

/** Settings of {@link ExternalSecretsOperator}. */
export interface ExternalSecretsOperatorProps {
  readonly namespace: INamespace;
  readonly flows: NetworkFlows;
  /**
   * Whether a store may serve more namespaces than its own; each must name them (rule ESO-02).
   *
   * @default false
   */
  readonly clusterStores?: boolean;
  /** Pods of the controller and of the webhook, each; above one, one of them leads. */
  readonly replicas: number;
  /** What each pod asks for. */
  readonly resources: {
    readonly controller: Resources;
    readonly webhook: Resources;
    readonly certController: Resources;
  };
}

/** Port on which the webhook listens, chart value `webhook.port`. */
const webhookPort = 10250;

/**
 * The controller that turns secrets of a source into Kubernetes Secrets. Kinds that reach over namespaces or write to
 * stores are off unless the source needs one (rule ESO-03). Its definitions outlive the release, and with them the Secrets
 * that they own.
 *
 * @see https://external-secrets.io/latest/introduction/getting-started/
 */
export class ExternalSecretsOperator extends Construct {
  readonly release: ChartRelease;

  constructor(scope: Construct, id: string, props: ExternalSecretsOperatorProps) {
    super(scope, id);
    const clusterStores = props.clusterStores ?? false;
    const several = { enabled: props.replicas > 1, minAvailable: 1 };
    this.release = new ChartRelease(this, "Release", {
      chart: charts.externalSecrets,
      namespace: props.namespace,
      releaseName: "external-secrets",
      values: {
        installCRDs: true,
        crds: {
          annotations: { "helm.sh/resource-policy": "keep" },
          createClusterExternalSecret: false,
          createClusterSecretStore: clusterStores,
          createClusterGenerator: false,
          createClusterPushSecret: false,
          createPushSecret: false,
        },
        processClusterExternalSecret: false,
        processClusterPushSecret: false,
        processClusterStore: clusterStores,
        processClusterGenerator: false,
        processPushSecret: false,
        replicaCount: props.replicas,
        leaderElect: props.replicas > 1,
        podDisruptionBudget: several,
        resources: props.resources.controller,
        webhook: {
          replicaCount: props.replicas,
          podDisruptionBudget: several,
          port: webhookPort,
          resources: props.resources.webhook,
        },
        certController: { resources: props.resources.certController },
      },
    });
    const pods = { namespace: props.namespace, name: "external-secrets" };
    props.flows.allowApiServer(pods);
    props.flows.allowFromApiServer(
      {
        ...pods,
        name: "external-secrets-webhook",
        podLabels: { "app.kubernetes.io/name": "external-secrets-webhook" },
      },
      [webhookPort],
    );
  }
}
