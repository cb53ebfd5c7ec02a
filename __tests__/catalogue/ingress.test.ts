import { DataPlatformServices } from "../../catalogue/assembly/data-platform-services";
import { ingress } from "../../catalogue/ingress";
import type { Size } from "../../environments/schema/sizes";
import { serviceStacks } from "../constructs/services/service-stacks";
import { everyService, resolved } from "./every-service";

const settings = (given: Parameters<typeof ingress.input.parse>[0] = {}, size: Size = "small") =>
  ingress.resolve(ingress.input.parse(given), { size });

const problems = (given: Parameters<typeof ingress.input.parse>[0]) =>
  ingress.check?.(settings(given), {}).map(({ path, allowed }) => `${path}: ${allowed}`);

const oidc = { issuer: "https://id.example.com", clientId: "terralake", clientSecret: "platform/oidc#secret" };
const gateway = { className: "gke-l7-rilb", sslPolicy: "tls-1-2" };
const sources = ["10.129.0.0/23"];
const googleSources = ["130.211.0.0/22", "35.191.0.0/16"];

test("a laptop opens high ports of its own and asks for one generated password", () => {
  expect(settings()).toMatchObject({
    namespace: "ingress",
    edge: "traefik",
    domain: "platform.localhost",
    replicas: 1,
    service: {
      type: "NodePort",
      ports: { http: 8000, https: 8443 },
      nodePorts: { http: 30080, https: 30443 },
    },
    login: { password: true },
  });
});

test("elsewhere a load balancer takes the usual ports", () => {
  expect(settings({}, "large").service).toMatchObject({ type: "LoadBalancer", ports: { http: 80, https: 443 } });
  expect(settings({ service: { type: "LoadBalancer" } }).service.ports.https).toBe(443);
});

test("an issuer takes the place of the password", () => {
  expect(settings({ login: { oidc } }).login).toEqual({ oidc, password: false });
});

test("two pages on one host are refused", () => {
  expect(problems({ hosts: { superset: "bi.example.com", flink: "bi.example.com" } })).toEqual([
    "hosts.flink: a host that no other page has: superset has it",
  ]);
  expect(problems({ hosts: { superset: "bi.example.com", flink: "flink.example.com" } })).toEqual([]);
});

test.each([
  { given: { edge: "gateway", login: { oidc } }, found: ["gateway"] },
  {
    given: { edge: "gateway", gateway: { className: "gke-l7-rilb" }, sources, login: { oidc } },
    found: ["gateway.sslPolicy"],
  },
  { given: { edge: "gateway", gateway, login: { oidc } }, found: ["sources"] },
  { given: { edge: "gateway", gateway, sources: googleSources, login: { oidc } }, found: ["sources"] },
  {
    given: {
      edge: "gateway",
      gateway: { ...gateway, className: "gke-l7-regional-external-managed" },
      login: { oidc },
    },
    found: ["sources"],
  },
  {
    given: { edge: "gateway", gateway: { ...gateway, className: "gke-l7-global-external-managed" }, login: { oidc } },
    found: [],
  },
  { given: { edge: "gateway", gateway, sources, login: { password: true } }, found: ["login.password"] },
  { given: { gateway }, found: ["gateway"] },
  { given: { edge: "gateway", gateway, sources, login: { oidc } }, found: [] },
  { given: { edge: "gateway", gateway: { className: "envoy" }, login: { oidc } }, found: [] },
  { given: { edge: "openshift" }, found: [] },
] as const)("$given is answered with $found", ({ given, found }) => {
  expect(ingress.check?.(settings(given), {}).map(({ path }) => path)).toEqual(found);
});

describe("an environment with an edge of its own", () => {
  const made = {
    domain: "data.example.com",
    className: "gke-l7-rilb",
    address: "gke-prod-web",
    sslPolicy: "gke-prod-web",
    sources: ["10.30.34.0/23"],
  };
  const resolved = (given: Parameters<typeof ingress.input.parse>[0], changes: Partial<typeof made> = {}) =>
    ingress.resolve(ingress.input.parse(given), { size: "large", edge: "gateway", gateway: { ...made, ...changes } });

  test("has a Gateway without another word", () => {
    const found = resolved({ login: { oidc } });
    expect(found).toMatchObject({
      domain: "data.example.com",
      gateway: { className: "gke-l7-rilb", address: "gke-prod-web", sslPolicy: "gke-prod-web" },
      sources: [...googleSources, "10.30.34.0/23"],
    });
    expect(ingress.check?.(found, {})).toEqual([]);
  });

  test("is not asked where a Gateway is described", () => {
    expect(resolved({ gateway, sources, login: { oidc } })).toMatchObject({
      domain: "platform.localhost",
      gateway: { className: "gke-l7-rilb", sslPolicy: "tls-1-2" },
      sources: [...googleSources, ...sources],
    });
  });

  test("refuses hosts that its certificate does not have", () => {
    const hosts = { superset: "bi.data.example.com", trino: "data.example.com", flink: "a.b.data.example.com" };
    const given = { ...made, certificateMap: "map" };
    expect(ingress.check?.(resolved({ hosts, login: { oidc } }, given), {}).map(({ path }) => path)).toEqual([
      "hosts.flink",
    ]);
  });
});

test("GKE's load balancers are always let in from Google's own ranges, which ask how pages are", () => {
  const of = (className: string, given?: readonly string[]) =>
    settings({ edge: "gateway", gateway: { className }, ...(given ? { sources: given } : {}) }).sources;
  expect(of("gke-l7-rilb", sources)).toEqual([...googleSources, ...sources]);
  expect(of("gke-l7-global-external-managed")).toEqual(googleSources);
  expect(of("envoy", sources)).toEqual(sources);
});

test.each([
  { domain: "Example.com" },
  { domain: "https://example.com" },
  { hosts: { superset: "bi.example.com:8443" } },
  { service: { httpsNodePort: 443 } },
  { login: { oidc: { ...oidc, issuer: "http://id.example.com" } } },
  { login: { oidc: { ...oidc, clientSecret: "s3cret" } } },
  { edge: "nginx" },
])("%j is refused", (given) => {
  expect(ingress.input.safeParse(given).success).toBe(false);
});

test("only Traefik has pods of its own", () => {
  const components = (given: Parameters<typeof ingress.input.parse>[0]) =>
    ingress.workloads(settings(given)).map(({ component }) => component);
  expect(components({})).toEqual(["traefik"]);
  expect(components({ edge: "openshift" })).toEqual([]);
});

test("a login proxy is counted for each page without a login, of every service of the catalogue", () => {
  const { ingress: _, ...services } = everyService;
  const stacks = serviceStacks({ ownRegistry: "localhost:5001" });
  const { offers } = new DataPlatformServices(stacks.services, "DataPlatform", { context: stacks.context, services });
  const open = offers.filter(({ webUis = [] }) => webUis.some(({ login }) => login === "none"));
  expect(open.length).toBeGreaterThan(4);
  const proxies = (all: typeof services, given = {}) =>
    ingress
      .workloads(settings({ login: { oidc }, ...given }), all)
      .find(({ component }) => component === "login-proxy");
  for (const { service, webUis = [] } of offers) {
    const pages = webUis.filter(({ login }) => login === "none").length;
    const alone = Object.fromEntries(Object.entries(services).filter(([name]) => name === service));
    expect([service, proxies(alone)?.pods ?? 0]).toEqual([service, pages]);
  }
  expect(proxies(services, { replicas: 2 })).toMatchObject({
    pods: open.length * 2,
    resources: { requests: { memory: "64Mi" } },
  });
  expect(ingress.workloads(settings(), services).map(({ component }) => component)).toEqual(["traefik"]);
});

test("a login proxy is counted for each web service whose page has no login", () => {
  const page = (login: "own" | "none") => ({ image: "registry.example.com/web:1.4.2", page: { login } });
  const all = resolved({
    webServices: { services: { shop: page("none"), mail: page("none"), desk: page("own") } },
  });
  const pods = ingress
    .workloads(settings({ login: { oidc } }), all)
    .flatMap(({ component, pods: count }) => (component === "login-proxy" ? [count] : []));
  expect(pods).toEqual([2]);
});
