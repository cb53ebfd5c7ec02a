import { Construct } from "constructs";
import { charts } from "../../charts";
import { ChartRelease } from "./chart-release";
import type { INamespace } from "./namespace";
import type { NetworkFlows } from "./network-flows";
import type { Resources } from "./resources";

/** Settings of {@link CertManager}. */
export interface CertManagerProps {
  readonly namespace: INamespace;
  readonly flows: NetworkFlows;
  /** Pods of the controller, the webhook and the CA injector, each. */
  readonly replicas: number;
  /** What each pod asks for. */
  readonly resources: {
    readonly controller: Resources;
    readonly webhook: Resources;
    readonly cainjector: Resources;
  };
}

/** Port on which the webhook listens, chart value `webhook.securePort`. */
const webhookPort = 10250;

/**
 * cert-manager with its definitions, which outlive the release (`crds.keep`). The chart's start-up check runs before the
 * apply goes on, so the webhook serves when the first issuer arrives (rule REL-05).
 *
 * @see https://cert-manager.io/docs/installation/helm/
 */
export class CertManager extends Construct {
  readonly release: ChartRelease;

  constructor(scope: Construct, id: string, props: CertManagerProps) {
    super(scope, id);
    const several = { enabled: props.replicas > 1, minAvailable: 1 };
    this.release = new ChartRelease(this, "Release", {
      chart: charts.certManager,
      namespace: props.namespace,
      releaseName: "cert-manager",
      values: {
        crds: { enabled: true, keep: true },
        // The key of a service that is switched off goes with its Certificate.
        enableCertificateOwnerRef: true,
        // Leases in its own namespace: kube-system is closed on GKE Autopilot and needs no writer elsewhere.
        global: { leaderElection: { namespace: props.namespace.name } },
        replicaCount: props.replicas,
        podDisruptionBudget: several,
        resources: props.resources.controller,
        prometheus: { enabled: false },
        webhook: {
          replicaCount: props.replicas,
          podDisruptionBudget: several,
          securePort: webhookPort,
          resources: props.resources.webhook,
        },
        cainjector: {
          replicaCount: props.replicas,
          podDisruptionBudget: several,
          resources: props.resources.cainjector,
        },
        startupapicheck: {
          resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "128Mi" } },
        },
      },
    });
    const pods = { namespace: props.namespace, name: "cert-manager" };
    props.flows.allowApiServer(pods);
    props.flows.allowFromApiServer(
      { ...pods, name: "cert-manager-webhook", podLabels: { "app.kubernetes.io/name": "webhook" } },
      [webhookPort],
    );
  }
}
