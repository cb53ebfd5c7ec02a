import type { INamespace, KubernetesObject } from "../../kubernetes";
import { type Backend, certificateSecret, securityHeaders } from "./routes";

/** A load balancer that the cluster's own controller makes of a Gateway. */
export interface GatewaySettings {
  /** Such as `gke-l7-global-external-managed` or `gke-l7-rilb`. */
  readonly className: string;
  /** Name of a static address. @default - one that is given out */
  readonly address?: string;
  /** Name of the project's SSL policy for TLS of 1.2 and above; GKE's own classes take 1.0 without one. @default - none */
  readonly sslPolicy?: string;
  /**
   * Name of the project's certificate map, for the class `gke-l7-global-external-managed`.
   *
   * @default - the certificate is a Secret
   */
  readonly certificateMap?: string;
  /** Name of the project's Cloud Armor policy in front of every page. @default - none */
  readonly securityPolicy?: string;
  /** Ranges from which the load balancer calls pods. */
  readonly sources: readonly string[];
}

const version = "gateway.networking.k8s.io/v1";

const gke = "networking.gke.io/v1";

const name = "web";

/** Seconds that an answer may take and a connection of a notebook may live; the load balancer itself gives up after 30. */
const longestAnswer = 3600;

/** All requests, in parts of a million. */
const everyRequest = 1_000_000;

/** Classes of GKE, which need to be told how a page's health is asked. */
const gkeClass = /^gke-/;

/**
 * A Gateway with a listener for HTTPS and one that redirects to it, and a route for each host, in the namespace of what it
 * leads to.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/concepts/gateway-api
 */
export function gatewayObjects(
  namespace: INamespace,
  gateway: GatewaySettings,
  backends: readonly Backend[],
): readonly KubernetesObject[] {
  const metadata = { name, namespace: namespace.name };
  const { certificateMap, securityPolicy } = gateway;
  const namespaces = [...new Set([namespace.name, ...backends.map(({ service }) => service.namespace)])].sort();
  const isGke = gkeClass.test(gateway.className);
  return [
    {
      apiVersion: version,
      kind: "Gateway",
      // A Gateway with both a map and certificates of its own is refused.
      metadata: certificateMap
        ? { ...metadata, annotations: { "networking.gke.io/certmap": certificateMap } }
        : metadata,
      spec: {
        gatewayClassName: gateway.className,
        ...(gateway.address === undefined ? {} : { addresses: [{ type: "NamedAddress", value: gateway.address }] }),
        listeners: [
          { name: "http", protocol: "HTTP", port: 80, allowedRoutes: { namespaces: { from: "Same" } } },
          {
            name: "https",
            protocol: "HTTPS",
            port: 443,
            ...(certificateMap ? {} : { tls: { mode: "Terminate", certificateRefs: [{ name: certificateSecret }] } }),
            allowedRoutes: {
              namespaces: {
                from: "Selector",
                selector: {
                  matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: namespaces }],
                },
              },
            },
          },
        ],
      },
    },
    {
      apiVersion: version,
      kind: "HTTPRoute",
      metadata: { name: "to-https", namespace: namespace.name },
      spec: {
        parentRefs: [{ name, sectionName: "http" }],
        rules: [{ filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }] }],
      },
    },
    ...backends.map((backend) => httpRoute(namespace, backend)),
    ...(isGke ? backends.map(healthCheck) : []),
    ...(isGke ? backends.map((backend) => backendPolicy(backend, securityPolicy)) : []),
    ...(isGke && gateway.sslPolicy !== undefined
      ? [
          {
            apiVersion: gke,
            kind: "GCPGatewayPolicy",
            metadata,
            spec: {
              default: { sslPolicy: gateway.sslPolicy },
              targetRef: { group: "gateway.networking.k8s.io", kind: "Gateway", name },
            },
          },
        ]
      : []),
  ];
}

function httpRoute(namespace: INamespace, { service, route }: Backend): KubernetesObject {
  return {
    apiVersion: version,
    kind: "HTTPRoute",
    metadata: { name: `web-${route.ui.name}`, namespace: service.namespace },
    spec: {
      parentRefs: [{ name, namespace: namespace.name, sectionName: "https" }],
      hostnames: [route.host],
      rules: [
        {
          ...(route.ui.path === undefined ? {} : { matches: [{ path: { type: "PathPrefix", value: route.ui.path } }] }),
          filters: [
            {
              type: "ResponseHeaderModifier",
              responseHeaderModifier: {
                set: Object.entries(securityHeaders).map(([header, value]) => ({ name: header, value })),
              },
            },
          ],
          backendRefs: [{ name: service.name, port: service.port }],
        },
      ],
    },
  };
}

/** Google's load balancer asks `/` for 200 unless it is told better. */
function healthCheck({ service, server, healthPath, route }: Backend): KubernetesObject {
  return {
    apiVersion: gke,
    kind: "HealthCheckPolicy",
    metadata: { name: `web-${route.ui.name}`, namespace: service.namespace },
    spec: {
      default: {
        config: {
          type: "HTTP",
          httpHealthCheck: { port: server.port, portSpecification: "USE_FIXED_PORT", requestPath: healthPath },
        },
      },
      targetRef: { group: "", kind: "Service", name: service.name },
    },
  };
}

/** Every request to a page is logged, and stands before Cloud Armor where there is a policy. */
function backendPolicy({ service, route }: Backend, securityPolicy: string | undefined): KubernetesObject {
  return {
    apiVersion: gke,
    kind: "GCPBackendPolicy",
    metadata: { name: `web-${route.ui.name}`, namespace: service.namespace },
    spec: {
      default: {
        ...(securityPolicy === undefined ? {} : { securityPolicy }),
        logging: { enabled: true, sampleRate: everyRequest },
        timeoutSec: longestAnswer,
      },
      targetRef: { group: "", kind: "Service", name: service.name },
    },
  };
}
