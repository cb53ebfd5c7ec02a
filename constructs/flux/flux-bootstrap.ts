import { Construct } from "constructs";
import { charts } from "../../charts";
import { ChartRelease, type INamespace, type NetworkFlows, type Resources } from "../kubernetes";

/** A Git repository that Flux follows. */
export interface GitSource {
  /** `https://` or `ssh://` address, without credentials. */
  readonly url: string;
  readonly branch: string;
  /** Folder of the root Kustomization, relative to the repository. */
  readonly path: string;
  /** How often Flux looks, such as `10m`. */
  readonly interval: string;
  /**
   * Ranges of the Git host, where it is in a private network.
   *
   * @default - a public address
   */
  readonly addresses?: readonly string[];
}

/** Settings of a {@link FluxBootstrap}. */
export interface FluxBootstrapProps {
  /** Namespace of the operator and the controllers; the chart expects `flux-system`. */
  readonly namespace: INamespace;
  readonly flows: NetworkFlows;
  readonly git: GitSource;
  /** Where the internet is: chart sources, and a Git host without ranges of its own. */
  readonly internet: { readonly cidrs: readonly string[]; readonly except: readonly string[] };
  /** What the operator asks for. */
  readonly operatorResources: Resources;
  /**
   * Kind of cluster, for the workload identity of the controllers.
   *
   * @default "kubernetes"
   */
  readonly clusterType?: "kubernetes" | "gcp" | "openshift";
}

/** Minor of Flux; the pinned operator carries its manifests (rule FLX-04). */
const distribution = "2.8.x";

/** TCP port of a Git address: the one it names, else that of its scheme. */
function gitPort(url: string): number {
  const { protocol, port } = new URL(url);
  return port === "" ? (protocol === "ssh:" ? 22 : 443) : Number(port);
}

/**
 * Flux by its operator: one object describes the whole installation, and Terraform owns operator and object for good
 * (rule FLX-01). The operator makes the Git source and the root Kustomization `flux-system` from `sync`.
 *
 * @see https://fluxoperator.dev/docs/crd/fluxinstance/
 */
export class FluxBootstrap extends Construct {
  readonly operator: ChartRelease;
  readonly instance: ChartRelease;

  constructor(scope: Construct, id: string, props: FluxBootstrapProps) {
    super(scope, id);
    const pods = { namespace: props.namespace, name: "flux" };
    props.flows.allowApiServer(pods);
    props.flows.allow({
      from: pods,
      to: { ...pods, name: "flux-controllers" },
      ports: [9090, 9292, 8080],
      reason: "artifacts and events between the controllers",
    });
    const internet = { name: "internet", ...props.internet };
    props.flows.allow({ from: pods, to: internet, ports: [443], reason: "chart sources" });
    const port = gitPort(props.git.url);
    const { addresses } = props.git;
    if (addresses !== undefined || port !== 443) {
      const place = addresses === undefined ? props.internet : { cidrs: addresses };
      props.flows.allow({ from: pods, to: { name: "git-host", ...place }, ports: [port], reason: "Git" });
    }

    this.operator = new ChartRelease(this, "Operator", {
      chart: charts.fluxOperator,
      namespace: props.namespace,
      releaseName: "flux-operator",
      values: {
        installCRDs: true,
        // A web page with rights of its own, and no login in front of it (rule K8S-07).
        web: { enabled: false },
        multitenancy: { enabled: true },
        resources: props.operatorResources,
        reporting: { interval: "5m" },
      },
      // Without its way to the API server the operator cannot clear the instance's finalizer.
      dependsOn: props.flows.policies,
    });
    this.instance = new ChartRelease(this, "Instance", {
      chart: charts.fluxInstance,
      namespace: props.namespace,
      releaseName: "flux",
      values: {
        // Helm waits for no custom resource: the job looks whether the instance is ready.
        healthcheck: { enabled: true, timeout: "5m" },
        instance: {
          distribution: { version: distribution, registry: "ghcr.io/fluxcd", artifact: "" },
          components: ["source-controller", "kustomize-controller", "helm-controller", "notification-controller"],
          cluster: {
            type: props.clusterType ?? "kubernetes",
            // Tenants cannot refer to other namespaces or use the controllers' rights (rule FLX-03).
            multitenant: true,
            tenantDefaultServiceAccount: "flux",
            // Its own policies would open all egress of the namespace; the table of flows has what the controllers need.
            networkPolicy: false,
          },
          sync: {
            kind: "GitRepository",
            url: props.git.url,
            ref: `refs/heads/${props.git.branch}`,
            path: props.git.path,
            interval: props.git.interval,
          },
        },
      },
      // The instance's finalizer is cleared by the operator, so the instance goes first.
      dependsOn: [this.operator.resource],
    });
  }
}
