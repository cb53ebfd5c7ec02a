import { readEnvironment, type Tier } from "../../environments/schema";
import { describeProblem } from "../../environments/schema/errors";
import { type PipelineOptions, pipeline, pipelineDomain, pipelineHost, pipelineNamespace } from "../../selections";
import { gke, kind } from "../fixtures/environments/base";

const options: PipelineOptions = {
  tier: "dev",
  project: "example-dev",
  domain: "example.com",
  images: { backend: "registry.example.com/pipeline/backend:1.4.2", web: "registry.example.com/pipeline/web:1.4.2" },
  login: "own",
};

const nodes = [{ count: 1, cpu: "8", memory: "16Gi" }];

function environment(change: Partial<PipelineOptions> = {}, overrides: Parameters<typeof pipeline>[1] = {}) {
  const { environment: made, problems } = readEnvironment({
    ...kind,
    target: { ...kind.target, nodes },
    services: pipeline({ ...options, ...change }, overrides),
    secrets: {
      declared: {
        "pipeline/oidc": {
          keys: { "client-secret": { variable: "oidc_client_secret", description: "Of the client." } },
        },
      },
    },
  });
  expect(problems.map(describeProblem)).toEqual([]);
  return made;
}

describe("pipeline", () => {
  test("has a backend and pages in its namespace, watched and under one host", () => {
    const { services } = environment() ?? {};
    expect(Object.keys(services ?? {})).toEqual(["webServices", "monitoring", "ingress"]);
    expect(services?.webServices?.namespace).toBe("self-healing-pipeline-dev");
    expect(Object.keys(services?.webServices?.services ?? {})).toEqual(["backend", "web"]);
    const pages = Object.values(services?.webServices?.services ?? {}).map(({ page }) => page);
    expect(pages).toEqual([
      { host: "pipeline-dev.example-dev.example.com", path: "/api", login: "own" },
      { host: "pipeline-dev.example-dev.example.com", login: "own" },
    ]);
  });

  test("has its host right below the domain that the edge has a certificate for", () => {
    expect(pipelineHost({ ...options, tier: "prod" })).toBe("pipeline-prod.example-dev.example.com");
    expect(pipelineDomain(options)).toBe("example-dev.example.com");
    expect(pipelineNamespace("staging")).toBe("self-healing-pipeline-staging");
  });

  test.each<[Tier, object]>([
    ["dev", { LOG_LEVEL: "debug", SAMPLE_DATA: "small", APPROVAL_MODE: "none" }],
    ["staging", { LOG_LEVEL: "info", SAMPLE_DATA: "realistic", APPROVAL_MODE: "one" }],
    ["prod", { LOG_LEVEL: "info", SAMPLE_DATA: "none", APPROVAL_MODE: "strict" }],
  ])("in %s logs, takes sample data and asks for approval as the tier says", (tier, env) => {
    const made = environment({ tier });
    expect(made?.services.webServices?.services.backend?.env).toEqual({ ENVIRONMENT: tier, ...env });
  });

  test("scales both, and lets the backend see what runs beside it and change nothing", () => {
    const { backend, web } = environment()?.services.webServices?.services ?? {};
    expect([backend?.autoscale?.max, web?.autoscale?.max]).toEqual([6, 4]);
    expect(web?.rights).toEqual([]);
    expect(new Set(backend?.rights.flatMap(({ verbs }) => verbs))).toEqual(new Set(["get", "list", "watch"]));
  });

  test("is tested after each change where sample data is realistic", () => {
    const acceptance = { command: ["/acceptance"] };
    const of = (tier: Tier) => environment({ tier, acceptance })?.services.webServices?.services.backend?.acceptance;
    expect(of("staging")).toMatchObject({ image: options.images.backend, command: ["/acceptance"] });
    expect([of("dev"), of("prod")]).toEqual([undefined, undefined]);
  });

  test("asks an issuer before any request comes to it, where it has no login of its own", () => {
    const login = {
      issuer: "https://login.example.com/realms/platform",
      clientId: "pipeline",
      clientSecret: "pipeline/oidc#client-secret",
    };
    const { services } = environment({ login }) ?? {};
    expect(services?.ingress?.login.oidc).toMatchObject(login);
    expect(services?.webServices?.services.web?.page).toMatchObject({ login: "none" });
  });

  test("takes changes and further services", () => {
    const change = { backend: { uses: { databases: { DB: "pipeline" } }, env: { LOG_LEVEL: "warn" } } };
    const { services } = environment(change, { postgres: { databases: ["pipeline"] } }) ?? {};
    expect(services?.webServices?.services.backend).toMatchObject({
      uses: { databases: { DB: "pipeline" } },
      autoscale: { max: 6 },
      env: { LOG_LEVEL: "warn", ENVIRONMENT: "dev" },
    });
  });

  test("is an environment of Google Cloud by itself", () => {
    const { problems } = readEnvironment({
      ...gke,
      services: pipeline(
        { ...options, tier: "prod" },
        {
          ingress: { gateway: { className: "gke-l7-global-external-managed", sslPolicy: "tls-1-2" } },
        },
      ),
    });
    expect(problems.map(describeProblem)).toEqual([]);
  });
});
