import { DataPlatformServices } from "../../catalogue/assembly/data-platform-services";
import { DeclaredSecrets } from "../../constructs/services";
import { readEnvironment, type Services, type ServicesInput } from "../../environments/schema";
import { serviceStacks } from "../constructs/services/service-stacks";
import everything from "../fixtures/environments/valid/analytical-engines";
import { objectsOf, releasesOf, valuesOf } from "../support/releases";
import { resolved } from "./every-service";

function built(services: Services) {
  const stacks = serviceStacks({}, { databases: true });
  const generate = { keys: { password: { generate: 32 } }, copies: [] };
  new DeclaredSecrets(stacks.services, "Declared", {
    context: stacks.context,
    declared: { "sources/crm": generate, "sources/clickhouse": generate },
  });
  const { offers } = new DataPlatformServices(stacks.services, "Services", { context: stacks.context, services });
  const offer = (service: string) => {
    const found = offers.find((each) => each.service === service);
    expect(found).toBeDefined();
    return found;
  };
  return { ...stacks, offer };
}

const lake: ServicesInput = { objectStore: {}, postgres: {}, nessie: {} };

describe("Trino in an environment", () => {
  test("has one coordinator and by default one worker on a laptop, three in production", () => {
    expect(resolved({ trino: {} }).trino).toMatchObject({ workers: 1, shutdownGraceSeconds: 0, databases: [] });
    const { environment } = readEnvironment({
      ...everything,
      services: { ...lake, trino: {} },
    });
    expect(environment?.services.trino?.workers).toBe(1);
  });

  test("shows every source that is on: tables, databases, topics, ClickHouse and its own", () => {
    const { environment } = readEnvironment(everything);
    const services = environment?.services ?? {};
    const { services: stack, flows } = built(services);
    const { catalogs } = valuesOf(stack, "trino") as { readonly catalogs: Readonly<Record<string, string>> };
    expect(Object.keys(catalogs).sort()).toEqual(["clickhouse", "crm", "kafka", "lake", "sales", "tpcds", "tpch"]);
    const reached = flows.flows.filter(({ from }) => from.name === "trino").map(({ to }) => to.name);
    expect(reached).toEqual(expect.arrayContaining(["kafka", "apicurio-registry", "clickhouse", "postgres", "crm-1"]));
  });

  test("offers itself to tools, a page and metrics", () => {
    const { offer } = built(resolved({ ...lake, trino: { authentication: {} } }));
    expect(offer("trino")).toMatchObject({
      address: "https://trino.data-platform.svc:8443",
      ports: { http: { port: 8080 }, https: { port: 8443 } },
      queryEngines: [{ dialect: "trino", tls: true, database: "lake", user: { name: "tools" } }],
      webUis: [{ name: "trino", login: "own" }],
      metrics: [{ name: "trino" }],
    });
  });

  test("asks the store for a bucket only where queries outlive a worker", () => {
    const buckets = (trino: NonNullable<ServicesInput["trino"]>) => {
      const { services } = built(resolved({ ...lake, trino }));
      return JSON.stringify(releasesOf(services).find(({ name }) => name === "seaweedfs")?.values);
    };
    expect(buckets({ faultTolerant: "QUERY" })).toContain("trino-exchange");
    expect(buckets({})).not.toContain("trino-exchange");
  });
});

describe("ClickHouse in an environment", () => {
  test("is one server with the promised volume on a laptop", () => {
    expect(resolved({ clickhouse: {} }).clickhouse).toMatchObject({
      shards: 1,
      replicas: 1,
      storage: "20Gi",
      keeper: undefined,
    });
  });

  test("has a Keeper as soon as there are several servers", () => {
    expect(resolved({ clickhouse: { replicas: 2 } }).clickhouse?.keeper).toMatchObject({ replicas: 1 });
    expect(resolved({ clickhouse: { shards: 3 } }).clickhouse?.keeper).toMatchObject({ replicas: 1 });
  });

  test("is offered with its promised ports, and its user for tools", () => {
    const { offer } = built(resolved({ clickhouse: {} }));
    expect(offer("clickhouse")).toMatchObject({
      ports: { http: { port: 8123 }, native: { port: 9000 } },
      queryEngines: [{ dialect: "clickhousedb", user: { name: "tools" } }],
      metrics: [{ name: "clickhouse" }],
    });
  });

  test("has its alias beside the Service that the operator makes", () => {
    const { services } = built(
      resolved({ clickhouse: { aliases: [{ name: "clickhouse", ports: { "8123": "http", "9000": "native" } }] } }),
    );
    const alias = objectsOf(releasesOf(services)).find(({ kind }) => kind === "Service");
    expect(alias).toMatchObject({
      metadata: { name: "clickhouse" },
      spec: {
        selector: { "clickhouse.altinity.com/chi": "clickhouse" },
        ports: [
          { port: 8123, targetPort: 8123 },
          { port: 9000, targetPort: 9000 },
        ],
      },
    });
  });
});
