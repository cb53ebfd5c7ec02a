import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { charts } from "../../../charts";
import {
  ChartRelease,
  CustomResources,
  type INamespace,
  type KubernetesObject,
  type Resources,
  restrictedPod,
} from "../../kubernetes";
import { DeploySettings, type JsonObject } from "../../terraform";
import type { MetricsTarget, PodsEnd } from "../contracts";
import { lateTarget } from "../monitoring";
import type { ServiceContext } from "../service-context";
import { type Backend, certificateSecret, securityHeaders } from "./routes";

/** How people reach Traefik from outside the cluster. */
export interface TraefikService {
  /** `NodePort` on a cluster of one machine, whose ports lead there; `LoadBalancer` where the cluster makes one. */
  readonly type: "NodePort" | "LoadBalancer";
  /** Ports at which people reach it. */
  readonly ports: { readonly http: number; readonly https: number };
  /** Ports of the nodes, for `NodePort`. */
  readonly nodePorts: { readonly http: number; readonly https: number };
}

/** Settings of a {@link TraefikEdge}. */
export interface TraefikEdgeProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  readonly service: TraefikService;
  readonly replicas: number;
  readonly resources: Resources;
  readonly backends: readonly Backend[];
  /** Secret with user and password, for pages whose password the edge asks for. @default - there are none */
  readonly passwordSecret?: string;
  /** Namespace of monitoring. @default - nobody asks for metrics */
  readonly monitoring?: INamespace;
  /** What must exist before. */
  readonly dependsOn: readonly ITerraformDependable[];
}

const name = "traefik";

/** Ports of the container; a Pod Security level of `restricted` knows no port of the host. */
export const traefikPorts = { http: 8000, https: 8443, metrics: 9100 } as const;

/** User of the image. */
const user = 65532;

const version = "traefik.io/v1alpha1";

/** Traefik's pods. */
export function traefikPods(namespace: INamespace): PodsEnd {
  return { namespace, name, podLabels: { "app.kubernetes.io/name": name } };
}

/**
 * Traefik and a route for each host, with Traefik's own kinds: they come with its chart, while no chart brings the definitions
 * of Gateway API in a size that a release may have.
 *
 * It sees its own namespace only. Pages of other namespaces are reached by name, through a Service of the type
 * `ExternalName` here, so that it may read neither their Secrets nor anything else of theirs.
 *
 * @see https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/
 */
export class TraefikEdge extends Construct {
  readonly release: ChartRelease;

  constructor(scope: Construct, id: string, props: TraefikEdgeProps) {
    super(scope, id);
    const { context, namespace, backends } = props;
    this.release = new ChartRelease(this, "Release", {
      chart: charts.traefik,
      namespace,
      releaseName: name,
      values: traefikValues(props, DeploySettings.of(this).imageRegistry),
      dependsOn: props.dependsOn,
    });
    new CustomResources(this, "Routes", {
      namespace,
      releaseName: `${name}-routes`,
      dependsOn: [this.release.resource],
      objects: [
        ...routes(props),
        ...(props.monitoring ? lateTarget(context, props.monitoring, traefikMetrics(namespace)) : []),
      ],
    });
    const pods = traefikPods(namespace);
    context.flows.allowApiServer(pods);
    context.flows.allow({
      from: { name: "people", cidrs: ["0.0.0.0/0"] },
      to: pods,
      ports: [traefikPorts.http, traefikPorts.https],
      reason: "people open pages",
    });
    context.connect(
      pods,
      backends.map(({ server }) => server),
      "brings people to pages",
    );
  }
}

/** Metrics of Traefik: requests to the pages, by page and answer. */
function traefikMetrics(namespace: INamespace): MetricsTarget {
  const requests = "sum by (service) (rate(traefik_service_requests_total";
  return {
    name,
    pods: traefikPods(namespace),
    portName: "metrics",
    port: traefikPorts.metrics,
    alerts: [
      {
        name: "PageFails",
        expression: `${requests}{code=~"5.."}[5m])) / ${requests}[5m])) > 0.1`,
        after: "10m",
        severity: "warning",
        summary: "More than a tenth of the requests to {{ $labels.service }} fail.",
        remedy: "Look whether the pods behind the page are ready, and read their log.",
      },
    ],
  };
}

/** Values of Traefik's chart. */
function traefikValues({ namespace, service, replicas, resources }: TraefikEdgeProps, registry?: string): JsonObject {
  const off = { enabled: false };
  const nodePort = (port: number) => (service.type === "NodePort" ? { nodePort: port } : {});
  return {
    fullnameOverride: name,
    image: { registry: registry ?? "docker.io", repository: "library/traefik" },
    deployment: { replicas },
    podDisruptionBudget: replicas > 1 ? { enabled: true, maxUnavailable: 1 } : off,
    resources,
    podSecurityContext: restrictedPod(user),
    // roles in its own namespace, none of the cluster
    rbac: { enabled: true, namespaced: true },
    providers: {
      kubernetesCRD: { enabled: true, allowExternalNameServices: true, namespaces: [namespace.name] },
      kubernetesIngress: off,
    },
    ingressClass: off,
    api: { dashboard: false },
    gateway: off,
    gatewayClass: off,
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    log: { format: "json", level: "INFO" },
    accessLog: { enabled: true, format: "json" },
    service: { spec: { type: service.type } },
    ports: {
      web: {
        port: traefikPorts.http,
        exposedPort: service.ports.http,
        ...nodePort(service.nodePorts.http),
        http: { redirections: { entryPoint: { to: "websecure", scheme: "https", permanent: true } } },
      },
      websecure: {
        port: traefikPorts.https,
        exposedPort: service.ports.https,
        ...nodePort(service.nodePorts.https),
      },
    },
    tlsOptions: { default: { minVersion: "VersionTLS12", sniStrict: true } },
  };
}

function routes({ namespace, backends, passwordSecret }: TraefikEdgeProps): readonly KubernetesObject[] {
  const metadata = (object: string) => ({ name: object, namespace: namespace.name });
  const objects: KubernetesObject[] = [
    {
      apiVersion: version,
      kind: "Middleware",
      metadata: metadata("security-headers"),
      spec: { headers: { customResponseHeaders: { ...securityHeaders } } },
    },
  ];
  if (backends.some(({ password }) => password) && passwordSecret !== undefined) {
    objects.push({
      apiVersion: version,
      kind: "Middleware",
      metadata: metadata("password"),
      spec: { basicAuth: { secret: passwordSecret, removeHeader: true } },
    });
  }
  for (const backend of backends) {
    const { service, route, password } = backend;
    if (service.namespace !== namespace.name) {
      objects.push({
        apiVersion: "v1",
        kind: "Service",
        metadata: metadata(route.ui.name),
        spec: {
          type: "ExternalName",
          externalName: `${service.name}.${service.namespace}.svc`,
          ports: [{ name: "http", port: service.port }],
        },
      });
    }
    objects.push({
      apiVersion: version,
      kind: "IngressRoute",
      metadata: metadata(route.ui.name),
      spec: {
        entryPoints: ["websecure"],
        routes: [
          {
            kind: "Rule",
            // of two rules the longer one is asked first
            match: `Host(\`${route.host}\`)${route.ui.path === undefined ? "" : ` && PathPrefix(\`${route.ui.path}\`)`}`,
            middlewares: ["security-headers", ...(password ? ["password"] : [])].map((each) => ({ name: each })),
            services: [
              {
                name: service.namespace === namespace.name ? service.name : route.ui.name,
                port: service.port,
              },
            ],
          },
        ],
        tls: { secretName: certificateSecret },
      },
    });
  }
  return objects;
}
