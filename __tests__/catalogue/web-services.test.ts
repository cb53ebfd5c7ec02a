import fc from "fast-check";
import { DataPlatformServices } from "../../catalogue/assembly/data-platform-services";
import { webServices } from "../../catalogue/web-services";
import type { ServicesInput } from "../../environments/schema";
import { describeProblem } from "../../environments/schema/errors";
import { serviceStacks } from "../constructs/services/service-stacks";
import { objectsOf, releasesOf } from "../support/releases";
import { resolved } from "./every-service";

type WebServiceInput = NonNullable<NonNullable<ServicesInput["webServices"]>["services"]>[string];

type Given = NonNullable<Parameters<typeof webServices.input.parse>[0]>;

const image = "registry.example.com/shop/backend:1.4.2";

const settings = (given: unknown, size: "small" | "large" = "small") =>
  webServices.resolve(webServices.input.parse(given as Given), { size });

/** What is wrong with web services beside other services. */
function problems(services: unknown, others: ServicesInput = { ingress: {} }) {
  const all = resolved(others) as Parameters<NonNullable<typeof webServices.check>>[1];
  const given = settings({ services });
  return webServices.check?.(given, { ...all, webServices: given }).map(describeProblem);
}

function built(services: ServicesInput) {
  const stacks = serviceStacks();
  const platform = new DataPlatformServices(stacks.services, "DataPlatform", {
    context: stacks.context,
    services: resolved(services),
  });
  return { ...stacks, platform, objects: objectsOf(releasesOf(stacks.services)) };
}

describe("what is left out", () => {
  test("is filled in, by size", () => {
    expect(settings({ services: { backend: { image } } })).toMatchObject({
      namespace: "web-services",
      services: {
        backend: {
          port: 8080,
          user: 65532,
          replicas: 1,
          resources: { requests: { cpu: "50m", memory: "128Mi" } },
          health: { ready: "/health", alive: "/health", started: "/health" },
          writable: ["/tmp"],
          rights: [],
          internet: false,
        },
      },
    });
    expect(settings({ services: { backend: { image } } }, "large").services.backend).toMatchObject({ replicas: 2 });
  });

  test("is a login that is put in front of a page, unless the web service has its own", () => {
    const page = (given: object) => settings({ services: { backend: { image, page: given } } }).services.backend?.page;
    expect(page({})).toEqual({ login: "none" });
    expect(page({ login: "own", path: "/api" })).toEqual({ login: "own", path: "/api" });
  });

  test("is CPU for an autoscaler that is told to look at nothing", () => {
    const scaled = (autoscale: object) =>
      settings({ services: { backend: { image, autoscale } } }).services.backend?.autoscale;
    expect(scaled({ max: 4 })).toMatchObject({ cpu: 70, memory: undefined });
    expect(scaled({ max: 4, memory: 80 })).toMatchObject({ cpu: undefined, memory: 80 });
  });
});

describe("an image", () => {
  const accepts = (reference: string) =>
    webServices.input.safeParse({ services: { backend: { image: reference } } }).success;
  const digest = `sha256:${"0a".repeat(32)}`;

  test.each([
    image,
    `registry.example.com/shop/backend@${digest}`,
    `registry.example.com/shop/backend:1.4.2@${digest}`,
    "localhost:5001/backend:latest-but-one",
  ])("may be %s", (reference) => {
    expect(accepts(reference)).toBe(true);
  });

  test.each([
    "registry.example.com/shop/backend",
    "registry.example.com/shop/backend:latest",
    `registry.example.com/shop/backend:latest@${digest}`,
    "backend:1.4.2",
    "https://registry.example.com/shop/backend:1.4.2",
    "registry.example.com/shop/backend@sha256:0a",
    "localhost:5001/backend",
  ])("may not be %s", (reference) => {
    expect(accepts(reference)).toBe(false);
  });

  test("is told apart from every other one by its tag or its digest", () => {
    const tag = fc.stringMatching(/^\w[\w.-]{0,20}$/);
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{1,10}(\/[a-z0-9]{1,10}){1,3}$/), fc.option(tag), (path, given) => {
        const reference = given === null ? path : `${path}:${given}`;
        expect(accepts(reference)).toBe(given !== null && given !== "latest");
      }),
    );
  });
});

describe("rights", () => {
  const accepts = (right: object) =>
    webServices.input.safeParse({
      services: { backend: { image, rights: [{ apiGroup: "", resources: ["pods"], verbs: ["get"], ...right }] } },
    }).success;

  test("name what they are about", () => {
    expect(accepts({})).toBe(true);
    expect(accepts({ resources: ["pods/log", "events"], names: ["web-0"] })).toBe(true);
  });

  test.each([
    { resources: ["*"] },
    { verbs: ["*"] },
    { apiGroup: "*" },
    { resources: ["secrets"] },
    { resources: ["pods/exec"] },
    { resources: ["rolebindings"] },
    { resources: ["serviceaccounts/token"] },
    { verbs: ["escalate"] },
    { verbs: ["impersonate"] },
  ])("that give more than they say are refused: %j", (right) => {
    expect(accepts(right)).toBe(false);
  });
});

describe("what no single setting shows", () => {
  const page = { host: "shop.example.com" };

  test.each([
    [
      "an autoscaler that may make no more",
      { backend: { image, replicas: 3, autoscale: { max: 3 } } },
      [
        "services.backend.autoscale.max: 3; allowed: more than replicas, which is the least: 3; give 4 or more, or leave autoscale out",
      ],
    ],
    [
      "a drain that takes all of the time",
      { backend: { image, graceSeconds: 10 } },
      [
        "services.backend.drainSeconds: 15; allowed: less than graceSeconds (10), of which it is the first part; lower it or raise graceSeconds",
      ],
    ],
    [
      "a variable that is secret and is not",
      { backend: { image, env: { TOKEN: "x" }, secrets: { TOKEN: "shop/api#token" } } },
      ['services.backend.secrets.TOKEN: "TOKEN"; allowed: a variable that env does not have; remove one of the two'],
    ],
    [
      "two things with one prefix",
      { backend: { image, uses: { buckets: { DATA: "lake" }, keyValueStore: "DATA" } } },
      [
        'services.backend.uses.keyValueStore: "DATA"; allowed: a beginning of variables that nothing else in uses has; use another word',
      ],
    ],
    [
      "a folder of its files that it writes to",
      { backend: { image, writable: ["/config/cache", "/tmp", "/tmp"] } },
      [
        'services.backend.writable[0]: "/config/cache"; allowed: a folder outside /config, /secrets, /authority, which hold its files; use another one',
        'services.backend.writable[2]: "/tmp"; allowed: each folder once; remove it',
      ],
    ],
    [
      "a web service that is not there, or itself",
      { backend: { image, uses: { webServices: { MAIL: "mai", SELF: "backend" } } }, mail: { image } },
      [
        'services.backend.uses.webServices.MAIL: "mai"; allowed: another web service: mail; did you mean mail?',
        'services.backend.uses.webServices.SELF: "backend"; allowed: another web service: mail; add it to services.webServices.services',
      ],
    ],
    [
      "two pages in one place",
      { backend: { image, page }, web: { image, page } },
      [
        'services.web.page: "shop.example.com"; allowed: a host or a path that no other page has: backend has it; give one of them another path',
      ],
    ],
  ])("is noticed: %s", (_, services, expected) => {
    expect(problems(services)).toEqual(expected);
  });

  test("is noticed of what it uses", () => {
    const backend = { image, uses: { databases: { DB: "order" } } };
    expect(problems({ backend }, { postgres: { databases: ["orders"] }, ingress: {} })).toEqual([
      'services.backend.uses.databases.DB: "order"; allowed: one of services.postgres.databases and services.mariadb.databases: orders; did you mean orders?',
    ]);
    expect(problems({ backend }, { ingress: {} })).toEqual([
      expect.stringContaining("there is none; add it to services.postgres.databases"),
    ]);
  });

  test("is noticed of a page that nobody brings people to", () => {
    expect(problems({ web: { image, page: {} } }, {})).toEqual([
      expect.stringMatching(/^services\.web\.page: .* only together with ingress/),
    ]);
  });

  test("is noticed of a host that the certificate of the environment's edge does not have", () => {
    const given = settings({ services: { web: { image, page } } });
    const ingress = (domain: string) => ({
      namespace: "ingress",
      aliases: [],
      domain,
      gateway: { certificateMap: "gke-dev-web" },
    });
    expect(webServices.check?.(given, { ingress: ingress("example.com") })).toEqual([]);
    expect(webServices.check?.(given, { ingress: ingress("data.example.com") }).map(describeProblem)).toEqual([
      'services.web.page.host: "shop.example.com"; allowed: a host that the certificate has: one label before data.example.com; use shop.data.example.com, or set google.edge.domain to the part behind the first dot',
    ]);
  });

  test("is noticed of a name that another service of the namespace has", () => {
    const given = settings({ namespace: "data-platform", services: { trino: { image } } });
    expect(webServices.check?.(given, { trino: { namespace: "data-platform", aliases: [] } })).toMatchObject([
      { path: "services.trino" },
    ]);
    expect(webServices.check?.(given, { trino: { namespace: "elsewhere", aliases: [] } })).toEqual([]);
  });

  test("is nothing where pages share a host by their paths", () => {
    expect(problems({ backend: { image, page: { ...page, path: "/api" } }, web: { image, page } })).toEqual([]);
  });
});

describe("what is derived", () => {
  const uses: NonNullable<WebServiceInput["uses"]> = {
    databases: { DB: "orders" },
    buckets: { LAKE: "raw-events" },
    queryEngines: { SQL: "trino" },
    keyValueStore: "CACHE",
    messageBroker: { prefix: "KAFKA", grants: [{ type: "topic", name: "orders", operations: ["Read"] }] },
  };

  test("are the services that it cannot do without, from what it uses", () => {
    expect(webServices.needs?.(settings({ services: { backend: { image } } }))).toEqual([]);
    expect(webServices.needs?.(settings({ services: { backend: { image, uses } } }))).toEqual([
      ["objectStore"],
      ["valkey"],
      ["kafka"],
      ["trino", "kyuubi", "clickhouse"],
    ]);
  });

  test("are the pods that the nodes must hold: all that an autoscaler may make", () => {
    const services = { backend: { image, replicas: 2, autoscale: { max: 6 } }, web: { image, replicas: 3 } };
    expect(webServices.workloads(settings({ services })).map(({ component, pods }) => [component, pods])).toEqual([
      ["web-backend", 6],
      ["web-web", 3],
    ]);
  });

  test("are buckets, and the Google account that opens them for each web service", () => {
    const given = settings({ services: { backend: { image, uses }, web: { image } } });
    expect(webServices.buckets?.(given)).toEqual(["raw-events"]);
    expect(webServices.googleIdentities?.(given, { tables: [], buckets: [] })).toEqual([
      {
        name: "web-backend",
        kubernetes: [{ namespace: "web-services", serviceAccount: "backend" }],
        buckets: [{ bucket: "raw-events", access: "write" }],
      },
    ]);
  });

  test("is the wiring to every service that is used", () => {
    const { flows, objects } = built({
      objectStore: {},
      postgres: { databases: ["orders"] },
      valkey: {},
      nessie: {},
      kafka: { topics: { orders: {} } },
      trino: {},
      webServices: {
        services: { backend: { image, uses }, web: { image, uses: { webServices: { API: "backend" } } } },
      },
    });
    const rows = flows.flows.map(({ from, to }) => `${from.name} -> ${to.name}`);
    expect(rows.filter((row) => /^(backend|web) /.test(row)).sort()).toEqual([
      "backend -> kafka",
      "backend -> postgres",
      "backend -> seaweedfs",
      "backend -> trino-coordinator",
      "backend -> valkey",
      "web -> backend",
    ]);
    const grants = objects.find(({ kind, metadata }) => kind === "KafkaUser" && metadata.name === "web-backend");
    expect(JSON.stringify(grants?.spec)).toContain('"name":"orders"');
  });

  test("are pages, ports and addresses under the names of the web services", () => {
    const { platform } = built({
      webServices: {
        services: {
          backend: { image, page: { host: "shop.example.com", path: "/api" }, metrics: {} },
          web: { image, port: 3000, page: { host: "shop.example.com" } },
        },
      },
      ingress: {},
    });
    expect(platform.connections[0]).toMatchObject({
      service: "webServices",
      address: "http://backend.web-services.svc, http://web.web-services.svc",
    });
    const [offered, ingress] = platform.offers;
    expect(Object.entries(offered?.ports ?? {}).map(([name, { port }]) => [name, port])).toEqual([
      ["backend", 8080],
      ["web", 3000],
    ]);
    expect(offered?.metrics?.map(({ name }) => name)).toEqual(["web-backend"]);
    expect(ingress?.urls).toEqual({
      backend: "https://shop.example.com:8443/api",
      web: "https://shop.example.com:8443",
    });
  });

  test("is nothing of web services that are named and not there", () => {
    const { platform } = built({ webServices: {} });
    expect(platform.offers).toEqual([expect.objectContaining({ service: "webServices", address: undefined })]);
  });
});
