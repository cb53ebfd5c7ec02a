import type { KubernetesObject } from "../../kubernetes";
import type { Backend } from "./routes";

/**
 * A Route of OpenShift, whose router ends TLS with the certificate that it has for its domain and redirects to it.
 *
 * @see https://docs.redhat.com/en/documentation/openshift_container_platform/4.19/html/ingress_and_load_balancing/routes
 */
export function openShiftRoute({
  service,
  server,
  route,
}: Pick<Backend, "service" | "server" | "route">): KubernetesObject {
  return {
    apiVersion: "route.openshift.io/v1",
    kind: "Route",
    metadata: {
      name: `web-${route.ui.name}`,
      namespace: service.namespace,
      // the one of the security headers that a router sets itself
      annotations: { "haproxy.router.openshift.io/hsts_header": "max-age=31536000;includeSubDomains" },
    },
    spec: {
      host: route.host,
      ...(route.ui.path === undefined ? {} : { path: route.ui.path }),
      to: { kind: "Service", name: service.name, weight: 100 },
      // of the pods, as the router calls these
      port: { targetPort: server.port },
      tls: { termination: "edge", insecureEdgeTerminationPolicy: "Redirect" },
      wildcardPolicy: "None",
    },
  };
}
