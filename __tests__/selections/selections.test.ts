import { defineEnvironment, type ServicesInput } from "../../environments/schema";
import { iceberg, kyuubi } from "../../selections";
import { kind } from "../fixtures/environments/base";

const resolve = (services: ServicesInput) =>
  defineEnvironment({
    name: "kind",
    target: { kind: "kind", nodes: [{ count: 4, cpu: "8", memory: "32Gi" }] },
    git: kind.git as never,
    services,
  }).services;

describe.each([
  ["iceberg", iceberg, "data-platform", ["nessie", "objectStore", "postgres", "spark", "sparkOperator", "trino"]],
  ["kyuubi", kyuubi, "kyuubi", ["hiveMetastore", "kyuubi", "mariadb", "objectStore", "sparkOperator"]],
] as const)("%s", (_, selection, namespace, names) => {
  test("is complete by itself", () => {
    expect(Object.keys(resolve(selection())).sort()).toEqual(names);
  });

  test("keeps all its services in one namespace", () => {
    const used = Object.values(resolve(selection())).map((service) => (service as { namespace: string }).namespace);
    expect(used).toEqual(names.map(() => namespace));
  });

  test("gives a fresh object each time", () => {
    expect(selection()).not.toBe(selection());
    expect(selection()).toEqual(selection());
  });
});

describe("overrides", () => {
  test("replace one setting and keep its neighbours", () => {
    const { trino } = iceberg({ trino: { workers: 4 } });
    expect(trino).toEqual({ namespace: "data-platform", workers: 4 });
  });

  test("are merged to any depth", () => {
    const overrides = { nessie: { resources: { requests: { cpu: "1" } } } } as const;
    expect(resolve(iceberg(overrides)).nessie?.resources.requests).toEqual({ cpu: "1", memory: "512Mi" });
  });

  test("that are undefined change nothing", () => {
    expect(iceberg({ trino: undefined, postgres: { namespace: undefined } })).toEqual(iceberg());
  });

  test("replace lists as a whole", () => {
    const { sparkOperator } = iceberg({ sparkOperator: { jobNamespaces: ["jobs"] } });
    expect(sparkOperator?.jobNamespaces).toEqual(["jobs"]);
  });

  test("add services", () => {
    expect(Object.keys(resolve(iceberg({ mariadb: {} })))).toContain("mariadb");
  });

  test("are not changed themselves", () => {
    const overrides = { trino: { workers: 2 } };
    iceberg(overrides);
    expect(overrides).toEqual({ trino: { workers: 2 } });
  });

  test("keep kyuubi's metastore on the database that it has", () => {
    expect(resolve(kyuubi({ hiveMetastore: { replicas: 2 } })).hiveMetastore).toMatchObject({
      database: "mariadb",
      replicas: 2,
    });
  });
});
