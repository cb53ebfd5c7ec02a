import { existingNamespace } from "../../../../constructs/kubernetes";
import { type DeliveredObject, objectsOf, releasesOf, valuesOf } from "../../../support/releases";
import { gateway, ingressed, loadBalancer, oidc, openshift, page, pages } from "./ingress-stack";

type Made = ReturnType<typeof ingressed>;

function object(made: Made, kind: string, name: string): DeliveredObject {
  const found = objectsOf(releasesOf(made.services)).filter(
    (candidate) => candidate.kind === kind && candidate.metadata.name === name,
  );
  expect(found).toHaveLength(1);
  return found[0] as DeliveredObject;
}

function names(made: Made, kind: string): readonly string[] {
  return objectsOf(releasesOf(made.services))
    .filter((candidate) => candidate.kind === kind)
    .map(({ metadata }) => metadata.name)
    .sort();
}

function rows({ flows }: Made): readonly string[] {
  return flows.flows.map(({ from, to, ports }) => `${from.name} -> ${to.name} ${ports.join(",")}`);
}

describe("hosts", () => {
  test("are the page's name and the domain, or the one that is given, all in one certificate", () => {
    const made = ingressed({ props: { hosts: { superset: "bi.example.com" } } });
    expect(made.ingress.urls).toEqual({
      superset: "https://bi.example.com:8443",
      flink: "https://flink.platform.localhost:8443",
    });
    expect(object(made, "Certificate", "web-tls").spec).toMatchObject({
      dnsNames: ["bi.example.com", "flink.platform.localhost"],
      issuerRef: { kind: "ClusterIssuer", name: made.context.vaultIssuer },
    });
  });

  test("may be signed by another issuer", () => {
    const made = ingressed({ props: { issuer: "letsencrypt" } });
    expect(object(made, "Certificate", "web-tls").spec).toMatchObject({ issuerRef: { name: "letsencrypt" } });
  });

  test("of two pages must differ", () => {
    expect(() => ingressed({ props: { hosts: { superset: "flink.platform.localhost" } } })).toThrow(
      "the host flink.platform.localhost is of two pages: data-platform/superset and data-platform/flink: give one of them another in `hosts`",
    );
    expect(() => ingressed({ props: { webUis: [...pages, page("superset", 80, "own")] } })).toThrow(
      "the host superset.platform.localhost is of two pages",
    );
  });

  test("of a page that is not there, and of no page at all, are refused", () => {
    expect(() => ingressed({ props: { hosts: { grafana: "g.example.com" } } })).toThrow(
      "there is no page grafana: use some of flink, superset",
    );
    expect(() => ingressed({ props: { webUis: [] } })).toThrow("no service that is on has a page");
  });
});

describe("Traefik", () => {
  test("has a route with TLS for each host, with security headers", () => {
    const made = ingressed();
    expect(names(made, "IngressRoute")).toEqual(["flink", "superset"]);
    expect(object(made, "IngressRoute", "superset").spec).toEqual({
      entryPoints: ["websecure"],
      routes: [
        {
          kind: "Rule",
          match: "Host(`superset.platform.localhost`)",
          middlewares: [{ name: "security-headers" }],
          services: [{ name: "superset", port: 8088 }],
        },
      ],
      tls: { secretName: "web-tls" },
    });
    expect(object(made, "Middleware", "security-headers").spec).toMatchObject({
      headers: {
        customResponseHeaders: {
          "Strict-Transport-Security": expect.stringMatching(/^max-age=31536000/),
          "X-Content-Type-Options": "nosniff",
          "X-Frame-Options": "SAMEORIGIN",
        },
      },
    });
  });

  test("reaches pages of other namespaces by name and sees its own namespace only", () => {
    const made = ingressed();
    expect(object(made, "Service", "flink").spec).toMatchObject({
      type: "ExternalName",
      externalName: "flink.data-platform.svc",
      ports: [{ port: 8081 }],
    });
    expect(valuesOf(made.services, "traefik")).toMatchObject({
      rbac: { namespaced: true },
      providers: {
        kubernetesCRD: { allowExternalNameServices: true, namespaces: ["ingress"] },
        kubernetesIngress: { enabled: false },
      },
    });
  });

  test("redirects to HTTPS at the port that people use, and takes TLS 1.2 and above only", () => {
    expect(valuesOf(ingressed().services, "traefik")).toMatchObject({
      ports: {
        web: {
          exposedPort: 8000,
          nodePort: 30080,
          http: { redirections: { entryPoint: { to: "websecure", scheme: "https", permanent: true } } },
        },
        websecure: { exposedPort: 8443, nodePort: 30443 },
      },
      tlsOptions: { default: { minVersion: "VersionTLS12" } },
      service: { spec: { type: "NodePort" } },
    });
  });

  test("behind a load balancer has no port of the nodes, and two pods of which one stays", () => {
    const made = ingressed({ edge: loadBalancer, settings: { imageRegistry: "localhost:5001" } });
    const values = valuesOf(made.services, "traefik");
    expect(values).toMatchObject({
      image: { registry: "localhost:5001", repository: "library/traefik" },
      deployment: { replicas: 2 },
      podDisruptionBudget: { enabled: true, maxUnavailable: 1 },
      service: { spec: { type: "LoadBalancer" } },
    });
    expect(JSON.stringify(values)).not.toContain("nodePort");
    expect(made.ingress.urls.superset).toBe("https://superset.platform.localhost");
  });

  test("is asked for metrics where monitoring is on, which may look for its pods", () => {
    const made = ingressed({ props: { monitoring: existingNamespace("monitoring") } });
    expect(object(made, "PodMonitor", "traefik")).toMatchObject({
      metadata: { namespace: "monitoring" },
      spec: { namespaceSelector: { matchNames: ["ingress"] }, podMetricsEndpoints: [{ port: "metrics" }] },
    });
    expect(object(made, "PrometheusRule", "traefik").metadata.namespace).toBe("monitoring");
    expect(object(made, "RoleBinding", "prometheus-traefik")).toMatchObject({
      metadata: { namespace: "ingress" },
      subjects: [{ kind: "ServiceAccount", name: "prometheus", namespace: "monitoring" }],
    });
    expect(rows(made)).toContain("prometheus -> traefik 9100");
    expect(names(ingressed(), "PodMonitor")).toEqual([]);
  });

  test("calls the pages and nobody else", () => {
    expect(rows(ingressed())).toEqual([
      "traefik -> api-server 6443",
      "people -> traefik 8000,8443",
      "traefik -> superset 8088",
      "traefik -> flink 8081",
    ]);
  });
});

describe("a page without a login", () => {
  test("is refused when nothing can be put in front of it", () => {
    expect(() => ingressed({ login: () => undefined })).toThrow(
      "whoever reaches flink could use it: it has no login: set `login.oidc` or `login.password`",
    );
    expect(() => ingressed({ edge: gateway })).toThrow("it has no login: set `login.oidc`");
    expect(() =>
      ingressed({ login: () => undefined, props: { webUis: [page("superset", 8088, "own")] } }),
    ).not.toThrow();
  });

  test("is opened by a generated password at Traefik, and the others are not asked for it", () => {
    const made = ingressed();
    const middlewares = (name: string) => JSON.stringify(object(made, "IngressRoute", name).spec);
    expect(middlewares("flink")).toContain('{"name":"password"}');
    expect(middlewares("superset")).not.toContain("password");
    expect(object(made, "Middleware", "password").spec).toMatchObject({ basicAuth: { secret: "login-password" } });
    expect(object(made, "ExternalSecret", "login-password").spec).toMatchObject({
      target: { template: { type: "kubernetes.io/basic-auth" } },
      data: [{ secretKey: "username" }, { secretKey: "password" }],
    });
  });

  test("is reached through its login proxy only", () => {
    const made = ingressed({ login: oidc });
    expect(names(made, "Deployment")).toEqual(["login-flink"]);
    expect(object(made, "IngressRoute", "flink").spec).toMatchObject({
      routes: [{ services: [{ name: "login-flink", port: 4180 }] }],
    });
    expect(rows(made)).toEqual([
      "login-flink -> flink 8081",
      "login-flink -> internet 443",
      "traefik -> api-server 6443",
      "people -> traefik 8000,8443",
      "traefik -> superset 8088",
      "traefik -> login-flink 4180",
    ]);
    expect(names(made, "Middleware")).toEqual(["security-headers"]);
  });

  test("has a proxy that runs restricted and keeps its secrets in the environment", () => {
    const made = ingressed({ login: oidc, settings: { imageRegistry: "localhost:5001" } });
    const { spec } = object(made, "Deployment", "login-flink") as unknown as {
      readonly spec: {
        readonly template: { readonly spec: { readonly containers: readonly { readonly args: readonly string[] }[] } };
      };
    };
    expect(spec).toMatchObject({
      template: {
        metadata: { annotations: { "secret.reloader.stakater.com/reload": "login-oidc" } },
        spec: {
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, runAsUser: 65532 },
          containers: [
            {
              image: expect.stringMatching(/^localhost:5001\/oauth2-proxy\/oauth2-proxy:v\d+\.\d+\.\d+$/),
              securityContext: { readOnlyRootFilesystem: true },
              envFrom: [{ secretRef: { name: "login-oidc" } }],
            },
          ],
        },
      },
    });
    const args = spec.template.spec.containers[0]?.args ?? [];
    expect(args).toEqual(
      expect.arrayContaining([
        "--oidc-issuer-url=https://id.example.com/realms/data",
        "--redirect-url=https://flink.platform.localhost:8443/oauth2/callback",
        "--upstream=http://flink.data-platform.svc:8081/",
        "--allowed-group=data",
        "--cookie-secure=true",
      ]),
    );
    expect(args.join(" ")).not.toMatch(/secret/);
    expect(object(made, "ExternalSecret", "login-oidc").spec).toMatchObject({
      data: [{ secretKey: "OAUTH2_PROXY_CLIENT_SECRET" }, { secretKey: "OAUTH2_PROXY_COOKIE_SECRET" }],
    });
  });

  test("of an issuer in the network is asked there, at the issuer's port", () => {
    const made = ingressed({
      login: (stacks) => ({
        ...(oidc(stacks) as Extract<ReturnType<typeof oidc>, { kind: "oidc" }>),
        issuer: "https://id.internal:9443/",
        addresses: ["10.20.0.5/32"],
      }),
    });
    expect(rows(made)).toContain("login-flink -> issuer 9443");
  });
});

describe("Gateway API", () => {
  const made = ingressed({ edge: gateway, login: oidc });

  test("has a listener with the certificate, and one that redirects to it", () => {
    expect(object(made, "Gateway", "web").spec).toMatchObject({
      gatewayClassName: "gke-l7-rilb",
      addresses: [{ type: "NamedAddress", value: "web" }],
      listeners: [
        { name: "http", port: 80, allowedRoutes: { namespaces: { from: "Same" } } },
        {
          name: "https",
          port: 443,
          tls: { mode: "Terminate", certificateRefs: [{ name: "web-tls" }] },
          allowedRoutes: {
            namespaces: { selector: { matchExpressions: [{ values: ["data-platform", "ingress"] }] } },
          },
        },
      ],
    });
    expect(object(made, "HTTPRoute", "to-https").spec).toMatchObject({
      parentRefs: [{ sectionName: "http" }],
      rules: [{ filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https" } }] }],
    });
  });

  test("has a route beside each page, and beside the login proxy for a page without a login", () => {
    expect(object(made, "HTTPRoute", "web-superset")).toMatchObject({
      metadata: { namespace: "data-platform" },
      spec: {
        parentRefs: [{ name: "web", namespace: "ingress", sectionName: "https" }],
        hostnames: ["superset.platform.localhost"],
        rules: [{ backendRefs: [{ name: "superset", port: 8088 }] }],
      },
    });
    expect(object(made, "HTTPRoute", "web-flink")).toMatchObject({
      metadata: { namespace: "ingress" },
      spec: { rules: [{ backendRefs: [{ name: "login-flink", port: 4180 }] }] },
    });
  });

  test("of GKE is told where health is asked, and to refuse TLS below 1.2", () => {
    expect(object(made, "HealthCheckPolicy", "web-superset").spec).toMatchObject({
      default: { config: { httpHealthCheck: { port: 8088, requestPath: "/health" } } },
      targetRef: { kind: "Service", name: "superset" },
    });
    expect(object(made, "GCPGatewayPolicy", "web").spec).toMatchObject({ default: { sslPolicy: "tls-1-2" } });
    const other = ingressed({ edge: { ...gateway, className: "envoy" } as typeof gateway, login: oidc });
    expect([...names(other, "HealthCheckPolicy"), ...names(other, "GCPGatewayPolicy")]).toEqual([]);
  });

  test("of GKE logs every request, and waits for answers and notebooks", () => {
    expect(object(made, "GCPBackendPolicy", "web-superset")).toMatchObject({
      metadata: { namespace: "data-platform" },
      spec: {
        default: { logging: { enabled: true, sampleRate: 1_000_000 }, timeoutSec: 3600 },
        targetRef: { kind: "Service", name: "superset" },
      },
    });
    const guarded = ingressed({ edge: { ...gateway, securityPolicy: "armor" } as typeof gateway, login: oidc });
    for (const policy of ["web-superset", "web-flink"]) {
      expect(object(guarded, "GCPBackendPolicy", policy).spec).toMatchObject({ default: { securityPolicy: "armor" } });
    }
  });

  describe("with a certificate map", () => {
    const edge = { ...gateway, certificateMap: "map" } as typeof gateway;
    const mapped = ingressed({ edge, login: oidc });

    test("has its certificates there and none of its own, as GKE refuses both", () => {
      const found = object(mapped, "Gateway", "web");
      expect(found.metadata).toMatchObject({ annotations: { "networking.gke.io/certmap": "map" } });
      expect(JSON.stringify(found)).not.toContain("certificateRefs");
      expect(names(mapped, "Certificate")).not.toContain("web-tls");
      expect(names(made, "Certificate")).toContain("web-tls");
    });

    test("refuses a host that the certificate does not have", () => {
      expect(() => ingressed({ edge, login: oidc, props: { hosts: { superset: "bi.example.com" } } })).toThrow(
        "the host bi.example.com is not in the certificate of platform.localhost: use superset.platform.localhost",
      );
    });
  });

  test("lets the load balancer call pages and proxies, and no page without a login", () => {
    expect(rows(made).filter((row) => row.startsWith("load-balancer"))).toEqual([
      "load-balancer -> superset 8088",
      "load-balancer -> login-flink 4180",
    ]);
  });
});

test("OpenShift's router ends TLS with its own certificate and redirects to it", () => {
  const made = ingressed({ edge: openshift, login: oidc });
  expect(names(made, "Certificate")).not.toContain("web-tls");
  expect(object(made, "Route", "web-superset")).toMatchObject({
    metadata: { namespace: "data-platform" },
    spec: {
      host: "superset.platform.localhost",
      to: { kind: "Service", name: "superset" },
      port: { targetPort: 8088 },
      tls: { termination: "edge", insecureEdgeTerminationPolicy: "Redirect" },
    },
  });
  expect(object(made, "Route", "web-flink").metadata.namespace).toBe("ingress");
  expect(rows(made)).toContain("router -> superset 8088");
});
