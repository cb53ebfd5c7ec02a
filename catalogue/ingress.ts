import type * as z from "zod";
import type { INamespace } from "../constructs/kubernetes";
import { type Edge, Ingress, type Login } from "../constructs/services";
import type { Problem } from "../environments/schema/errors";
import type { GatewayDefaults } from "../environments/schema/google/edge";
import { declaredKey } from "../environments/schema/service-secrets";
import { bySize } from "../environments/schema/sizes";
import { type Defaults, defineService, type ServiceSettings, type ServiceSite, type Workload } from "./definition";
import {
  common,
  commonFields,
  list,
  ofSize,
  oneOf,
  record,
  replicas,
  resources,
  sized,
  sizedResources,
  strict,
  text,
  truth,
  wholeNumber,
} from "./fields";
import type { WebServicesSettings } from "./parts/web-service-settings";

/** Domain of a cluster on this machine: browsers resolve every name below `localhost` to it. */
const localDomain = "platform.localhost";

/** Where Google's load balancers call from; regional ones also from the network's range for proxies. */
const googleSources = ["130.211.0.0/22", "35.191.0.0/16"];

/** Classes of GKE whose proxies are in a range of the network itself. */
const proxiesInNetwork = /^gke-l7-(rilb|(cross-)?regional)/;

/** Where a router of the cluster calls from. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

const host = text(
  /^(?=.{1,253}$)([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  "a host name in lower case, such as bi.example.com",
  "leave out scheme, port and path",
);
const range = text(/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/, "a range in CIDR notation", "write it as 10.129.0.0/23");
const port = wholeNumber(1, 65535).optional();
const nodePort = wholeNumber(30000, 32767).optional();
const word = text(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/, "a name in lower case", "use letters, digits and dashes");

/** What one pod of a login proxy asks for. */
const loginResources = sized("10m", "64Mi");

/**
 * Services with one page that has no login of its own, so that a login proxy stands before it. At most: Trino with users has a
 * login, and Spark without workers no page.
 */
const withOpenPage = ["lakekeeper", "schemaRegistry", "trino", "spark", "sparkHistory", "flink"] as const;

/** Web services whose page has no login of its own. */
function openWebServices(settings: ServiceSettings | undefined): number {
  const { services = {} } = (settings ?? {}) as Partial<WebServicesSettings>;
  return Object.values(services).filter(({ page }) => page?.login === "none").length;
}

const input = strict({
  ...commonFields,
  edge: oneOf("traefik", "gateway", "openshift").optional(),
  domain: host.optional(),
  hosts: record(
    {
      pattern: /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/,
      allowed: "the name of a page, such as superset",
      next: "see `terralake list` for the pages",
    },
    host,
    "pages with their hosts",
  ).optional(),
  issuer: word.optional(),
  replicas,
  resources,
  service: strict({
    type: oneOf("NodePort", "LoadBalancer").optional(),
    httpPort: port,
    httpsPort: port,
    httpNodePort: nodePort,
    httpsNodePort: nodePort,
  }).optional(),
  gateway: strict({
    className: word,
    address: word.optional(),
    sslPolicy: word.optional(),
    certificateMap: word.optional(),
    securityPolicy: word.optional(),
  }).optional(),
  sources: list(range, "ranges").optional(),
  login: strict({
    password: truth().optional(),
    oidc: strict({
      issuer: text(/^https:\/\/[^\s?#]+$/, "the URL of an issuer with TLS", "write https://, host and path"),
      clientId: text(/^\S+$/, "the id of a client of the issuer", "register the platform there"),
      clientSecret: declaredKey("platform/oidc#client-secret"),
      groups: list(text(/^[^,\s]+$/, "a group without commas and spaces", "name each on its own"), "groups").optional(),
      addresses: list(range, "ranges").optional(),
    }).optional(),
  }).optional(),
});

function resolve(given: z.output<typeof input>, defaults: Defaults) {
  const { service = {}, login = {} } = given;
  const edge = given.edge ?? defaults.edge ?? "traefik";
  const type = service.type ?? bySize(defaults.size, ["NodePort", "LoadBalancer"] as const);
  const local = type === "NodePort";
  // What the environment's own edge is made of, unless a Gateway is described here.
  const made = edge === "gateway" && given.gateway === undefined ? defaults.gateway : undefined;
  const gateway = made ? gatewayFrom(made) : given.gateway;
  return {
    ...common({ namespace: "ingress", ...given }),
    /** What takes requests: Traefik, the cluster's own Gateway or the router of OpenShift. */
    edge,
    domain: given.domain ?? made?.domain ?? localDomain,
    hosts: given.hosts ?? {},
    issuer: given.issuer,
    replicas: ofSize(given.replicas, defaults, [1, 2]),
    resources: sizedResources(given.resources, defaults, [sized("50m", "128Mi"), sized("250m", "256Mi")]),
    service: {
      type,
      // a laptop's low ports belong to its administrator
      ports: { http: service.httpPort ?? (local ? 8000 : 80), https: service.httpsPort ?? (local ? 8443 : 443) },
      nodePorts: { http: service.httpNodePort ?? 30080, https: service.httpsNodePort ?? 30443 },
    },
    gateway,
    /** Ranges from which a load balancer or router outside the pods' network calls pages; none at Traefik. */
    sources: sourcesOf(edge, given.sources ?? made?.sources, gateway?.className),
    login: {
      oidc: login.oidc,
      /** Whether Traefik asks for one generated password where nobody else asks. */
      password: login.password ?? (edge === "traefik" && login.oidc === undefined),
    },
  };
}

type Settings = ReturnType<typeof resolve>;

/** The part of an environment's edge that the Gateway itself has. */
function gatewayFrom({ domain: _domain, sources: _sources, ...gateway }: GatewayDefaults) {
  return gateway;
}

function sourcesOf(
  edge: Edge["kind"],
  sources: readonly string[] | undefined,
  className: string | undefined,
): readonly string[] {
  switch (edge) {
    case "traefik":
      return [];
    case "gateway":
      // Google asks how pages are from its own ranges, wherever requests come from.
      return sources === undefined || className?.startsWith("gke-")
        ? [...new Set([...googleSources, ...(sources ?? [])])]
        : sources;
    case "openshift":
      return sources ?? privateRanges;
    default:
      return edge satisfies never;
  }
}

/** One host for each page, with TLS, and a login in front of pages that have none. */
export const ingress = defineService({
  input,
  resolve,
  workloads: ({ edge, login, replicas: pods, resources: each }, all = {}): readonly Workload[] => {
    const open = withOpenPage.filter((service) => all[service]).length + openWebServices(all.webServices);
    const guarded = login.oidc ? open : 0;
    return [
      ...(edge === "traefik" ? [{ component: "traefik", pods, resources: each }] : []),
      ...(guarded > 0 ? [{ component: "login-proxy", pods: guarded * pods, resources: loginResources }] : []),
    ];
  },
  check: (settings) => [...sharedHosts(settings.hosts), ...uncertifiedHosts(settings), ...edgeProblems(settings)],
  build: (site, settings) => {
    const built = new Ingress(site.scope, "Ingress", {
      context: site.context,
      namespace: site.namespace(settings.namespace),
      edge: edgeOf(settings),
      domain: settings.domain,
      hosts: settings.hosts,
      issuer: settings.issuer,
      login: loginOf(settings, site),
      monitoring: monitoringOf(site),
      webUis: site.offers.flatMap(({ webUis = [] }) => webUis),
    });
    return { address: `https://${settings.domain}`, urls: built.urls };
  },
});

function edgeOf({ edge, service, replicas: pods, resources: each, gateway, sources }: Settings): Edge {
  switch (edge) {
    case "traefik":
      return { kind: "traefik", service, replicas: pods, resources: each };
    case "gateway":
      return { kind: "gateway", className: "", ...gateway, sources };
    case "openshift":
      return { kind: "openshift", sources };
    default:
      return edge satisfies never;
  }
}

/** Namespace of monitoring, where its page is. */
function monitoringOf({ offers, namespace }: ServiceSite): INamespace | undefined {
  const [page] = offers.find(({ service }) => service === "monitoring")?.webUis ?? [];
  return page && namespace(page.service.namespace);
}

function loginOf({ login: { oidc, password }, replicas: pods }: Settings, site: ServiceSite): Login | undefined {
  if (oidc) {
    const clientSecret = site.declaredKey(oidc.clientSecret);
    return { kind: "oidc", ...oidc, clientSecret, replicas: pods, resources: loginResources };
  }
  return password ? { kind: "password" } : undefined;
}

/** Two pages that were given one host. */
function sharedHosts(hosts: Settings["hosts"]): readonly Problem[] {
  return Object.entries(hosts).flatMap(([page, name], index, all) => {
    const first = all.findIndex(([, other]) => other === name);
    return first < index
      ? [
          {
            path: `hosts.${page}`,
            given: `"${name}"`,
            allowed: `a host that no other page has: ${all[first]?.[0]} has it`,
            next: "give one of them another",
          },
        ]
      : [];
  });
}

/** Hosts that the certificate of the domain does not have: it is for the domain and each name right below it. */
function uncertifiedHosts({ hosts, domain, gateway }: Settings): readonly Problem[] {
  if (gateway?.certificateMap === undefined) return [];
  return Object.entries(hosts)
    .filter(([, name]) => name !== domain && name.slice(name.indexOf(".") + 1) !== domain)
    .map(([page, name]) => ({
      path: `hosts.${page}`,
      given: `"${name}"`,
      allowed: `a host that the certificate has: ${domain}, or one label before it`,
      next: `use ${page}.${domain}, or leave it out`,
    }));
}

function edgeProblems({ edge, gateway, sources, login }: Settings): readonly Problem[] {
  const problems: Problem[] = [];
  if (edge === "gateway" && gateway === undefined) {
    problems.push({
      path: "gateway",
      given: "nothing",
      allowed: "the class of the cluster's Gateway",
      next: 'add gateway: { className: "gke-l7-rilb" } for a load balancer inside the network',
    });
  }
  if (edge !== "gateway" && gateway !== undefined) {
    problems.push({
      path: "gateway",
      given: gateway.className,
      allowed: `nothing at the edge ${edge}`,
      next: 'set edge: "gateway" or leave it out',
    });
  }
  if (edge === "gateway" && gateway?.className.startsWith("gke-") && gateway.sslPolicy === undefined) {
    problems.push({
      path: "gateway.sslPolicy",
      given: "nothing",
      allowed: "the name of an SSL policy of the project: without one Google's load balancers take TLS 1.0",
      next: "add the policy for TLS 1.2 and above",
    });
  }
  if (
    edge === "gateway" &&
    proxiesInNetwork.test(gateway?.className ?? "") &&
    sources.every((source) => googleSources.includes(source))
  ) {
    problems.push({
      path: "sources",
      given: "no range but Google's own",
      allowed: `the network's range for proxies too, from which ${gateway?.className} calls pages`,
      next: 'add sources: ["10.129.0.0/23"] with the range of the network\'s proxy-only subnet',
    });
  }
  if (edge !== "traefik" && login.password) {
    problems.push({
      path: "login.password",
      given: "true",
      allowed: "a password at Traefik only",
      next: "set login.oidc",
    });
  }
  return problems;
}
