import { existingNamespace } from "../../../../constructs/kubernetes";
import { keyOf, provided } from "../../../../constructs/secrets";
import { type Edge, Ingress, type IngressProps, type Login, type WebUi } from "../../../../constructs/services";
import type { DeploySettingsProps } from "../../../../constructs/terraform";
import { namespace as data, type ServiceStacks, serviceStacks, small } from "../service-stacks";

/** A page of a service. */
export function page(name: string, port: number, login: WebUi["login"]): WebUi {
  return {
    name,
    service: { namespace: data.name, name, port },
    server: { end: { namespace: data, name, podLabels: { "app.kubernetes.io/name": name } }, port },
    healthPath: "/health",
    login,
  };
}

/** One page with a login of its own, and one that everybody could use. */
export const pages = [page("superset", 8088, "own"), page("flink", 8081, "none")];

export const traefik: Edge = {
  kind: "traefik",
  service: { type: "NodePort", ports: { http: 8000, https: 8443 }, nodePorts: { http: 30080, https: 30443 } },
  replicas: 1,
  resources: small,
};

export const loadBalancer: Edge = {
  ...traefik,
  service: { ...traefik.service, type: "LoadBalancer", ports: { http: 80, https: 443 } },
  replicas: 2,
};

export const gateway: Edge = {
  kind: "gateway",
  className: "gke-l7-rilb",
  address: "web",
  sslPolicy: "tls-1-2",
  sources: ["130.211.0.0/22", "35.191.0.0/16"],
};

export const openshift: Edge = { kind: "openshift", sources: ["10.0.0.0/8"] };

/** A login at an issuer. */
export function oidc({ context }: ServiceStacks): Login {
  const secret = context.secrets.secret("oidc", { secret: provided("oidc_secret", "Secret of the client") });
  return {
    kind: "oidc",
    issuer: "https://id.example.com/realms/data",
    clientId: "terralake",
    clientSecret: keyOf(secret, "secret"),
    groups: ["data"],
    replicas: 1,
    resources: small,
  };
}

/** What an ingress may be made of, beside what all share. */
export interface Variant {
  readonly settings?: DeploySettingsProps;
  readonly edge?: Edge;
  readonly login?: (stacks: ServiceStacks) => Login | undefined;
  readonly props?: Partial<IngressProps>;
}

/** An ingress to the pages. */
export function ingressed({ settings, edge = traefik, login = () => ({ kind: "password" }), props }: Variant = {}) {
  const stacks = serviceStacks(settings);
  const ingress = new Ingress(stacks.services, "Ingress", {
    context: stacks.context,
    namespace: existingNamespace("ingress"),
    edge,
    domain: "platform.localhost",
    hosts: {},
    login: login(stacks),
    webUis: pages,
    ...props,
  });
  return { ...stacks, ingress };
}
