import { DataPlatformServices } from "../../catalogue/assembly/data-platform-services";
import { serviceStacks } from "../constructs/services/service-stacks";
import { objectsOf, releasesOf, valuesOf } from "../support/releases";
import { resolved } from "./every-service";

function platform(services: Parameters<typeof resolved>[0]) {
  const stacks = serviceStacks({ ownRegistry: "localhost:5001" });
  const made = new DataPlatformServices(stacks.services, "DataPlatform", {
    context: stacks.context,
    services: resolved({ mariadb: {}, objectStore: {}, hiveMetastore: { database: "mariadb" }, ...services }),
  });
  return { ...stacks, made };
}

const sql = { sparkOperator: {}, kyuubi: { replicas: 2, dbt: { shared: true } } } as const;

test("two gateways share users, database and registry, and tools may use both", () => {
  const { services, made, flows } = platform(sql);
  const names = releasesOf(services).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["kyuubi-dbt", "kyuubi-dbt-shared", "kyuubi-etcd"]));
  const engines = made.offers.flatMap(({ queryEngines = [] }) => queryEngines);
  expect(engines.filter(({ dialect }) => dialect === "hive").map(({ name, user }) => [name, user?.name])).toEqual([
    ["kyuubi-dbt", "tools"],
    ["kyuubi-dbt-shared", "tools"],
  ]);
  const calls = flows.flows.map(({ from, to }) => `${from.name} -> ${to.name}`);
  expect(calls).toEqual(expect.arrayContaining(["kyuubi-dbt-shared-engine -> kyuubi-etcd"]));
});

/** Variables of notebooks. */
function notebookOf(services: Parameters<typeof platform>[0]) {
  const values = valuesOf(platform(services).services, "jupyterhub") as {
    singleuser: { extraEnv: Readonly<Record<string, unknown>> };
  };
  return values.singleuser.extraEnv;
}

function defaultsOf({ services }: ReturnType<typeof platform>): string {
  const map = objectsOf(releasesOf(services)).find(({ metadata }) => metadata.name === "spark-defaults");
  return (map as unknown as { data: Readonly<Record<string, string>> }).data["spark-defaults.conf"] ?? "";
}

test("all Spark code writes event logs where the history server reads, and none where there is none", () => {
  expect(defaultsOf(platform({ ...sql, sparkHistory: {} }))).toContain("spark.eventLog.dir=s3a://spark-events/\n");
  expect(defaultsOf(platform(sql))).not.toContain("spark.eventLog");
});

test("a stand-alone cluster and a Connect server stand beside jobs and gateways", () => {
  const { made, services } = platform({ ...sql, spark: { client: true }, sparkHistory: {}, sparkConnect: {} });
  expect(made.offers.flatMap(({ sparkCluster }) => sparkCluster?.url ?? [])).toEqual([
    "spark://spark-master.data-platform.svc:7077",
    "sc://spark-connect.spark-connect.svc:15002",
  ]);
  const { SPARK_REMOTE } = notebookOf({ ...sql, spark: {}, sparkConnect: {}, postgres: {}, jupyterhub: {} });
  expect(SPARK_REMOTE).toBe("sc://spark-connect.spark-connect.svc:15002");
  const accounts = objectsOf(releasesOf(services)).filter(({ kind }) => kind === "ServiceAccount");
  expect(accounts.length).toBeGreaterThan(3);
  for (const { automountServiceAccountToken } of accounts) {
    expect(automountServiceAccountToken).toBe(false);
  }
  const images = JSON.stringify(objectsOf(releasesOf(services))).match(/"image":"[^"]*spark[^"]*"/g) ?? [];
  expect(new Set(images)).toEqual(
    new Set([expect.stringMatching(/localhost:5001\/terralake\/spark-iceberg:3\.5\.\d+-\d+/)]),
  );
});
