import { DataPlatformServices } from "../../../catalogue/assembly/data-platform-services";
import type { Services } from "../../../environments/schema";
import { serviceStacks } from "../../constructs/services/service-stacks";
import { releasesOf } from "../../support/releases";
import { coreServices } from "../every-service";

function build(services: Services) {
  const stacks = serviceStacks();
  return {
    ...stacks,
    platform: new DataPlatformServices(stacks.services, "DataPlatform", { context: stacks.context, services }),
  };
}

const { postgres, mariadb, objectStore, nessie, hiveMetastore, trino, sparkOperator, kyuubi } = coreServices;

test("builds nothing when nothing is on", () => {
  const { services, platform } = build({});
  expect(releasesOf(services)).toEqual([]);
  expect(platform.connections).toEqual([]);
});

test("builds every service, each object release before the chart that uses it", () => {
  const { services } = build(coreServices);
  const names = releasesOf(services).map(({ name, namespace }) => `${namespace}/${name}`);
  expect(names.sort()).toEqual([
    "data-platform/hive-metastore",
    "data-platform/hive-metastore-objects",
    "data-platform/mariadb-database-hive",
    "data-platform/mariadb-database-kyuubi",
    "data-platform/mariadb-objects",
    "data-platform/nessie",
    "data-platform/nessie-objects",
    "data-platform/postgres-database-nessie",
    "data-platform/postgres-objects",
    "data-platform/seaweedfs",
    "data-platform/seaweedfs-objects",
    "data-platform/trino",
    "data-platform/trino-objects",
    "data-platform/vault-reader",
    "kyuubi/kyuubi-dbt",
    "kyuubi/kyuubi-dbt-objects",
    "kyuubi/vault-reader",
    "spark-jobs/spark-jobs",
    "spark-jobs/vault-reader",
    "spark-operator/spark-defaults",
  ]);
});

test("lists where each service is", () => {
  expect(build(coreServices).platform.connections).toEqual([
    {
      service: "objectStore",
      namespace: "data-platform",
      address: "http://seaweedfs-all-in-one.data-platform.svc:8333",
    },
    { service: "postgres", namespace: "data-platform", address: "postgresql://postgres-rw.data-platform.svc:5432" },
    { service: "mariadb", namespace: "data-platform", address: "mysql://mariadb-primary.data-platform.svc:3306" },
    { service: "nessie", namespace: "data-platform", address: "http://nessie.data-platform.svc:19120/iceberg/" },
    { service: "hiveMetastore", namespace: "data-platform", address: "thrift://hive-metastore.data-platform.svc:9083" },
    { service: "trino", namespace: "data-platform", address: "http://trino.data-platform.svc:8080" },
    { service: "kyuubi", namespace: "kyuubi", address: "jdbc:hive2://kyuubi-dbt-thrift-binary.kyuubi.svc:10009" },
  ]);
});

test("lets Spark jobs reach the catalogues and the store", () => {
  const { flows } = build({ postgres, objectStore, nessie, sparkOperator });
  const jobs = flows.flows.filter(({ from }) => from.name.startsWith("spark-"));
  expect(jobs.map(({ from, to, ports }) => `${from.name} -> ${to.name} ${ports.join(",")}`)).toEqual([
    "spark-driver -> nessie 19120",
    "spark-driver -> seaweedfs 8333",
    "spark-executor -> nessie 19120",
    "spark-executor -> seaweedfs 8333",
  ]);
});

test("makes the buckets that are used and no other", () => {
  const buckets = (services: Services) =>
    build(services)
      .vaultSecrets.inventory.map(({ ref }) => ref.path)
      .filter((path) => path.startsWith("object-store/"));
  expect(buckets({ postgres, objectStore, nessie })).toEqual(["object-store/warehouse"]);
  expect(buckets({ mariadb, objectStore, hiveMetastore })).toEqual(["object-store/hive"]);
  expect(buckets({ objectStore })).toEqual(["object-store/warehouse"]);
});

test.each<[string, Services]>([
  ["nessie needs postgres", { objectStore, nessie }],
  ["nessie needs objectStore", { postgres, nessie }],
  ["hiveMetastore needs mariadb", { postgres, objectStore, hiveMetastore }],
  ["hiveMetastore needs objectStore", { mariadb, hiveMetastore }],
  ["trino needs nessie, polaris, lakekeeper or hiveMetastore", { objectStore, trino }],
  ["kyuubi needs hiveMetastore", { kyuubi, sparkOperator }],
  ["kyuubi needs sparkOperator", { mariadb, objectStore, hiveMetastore, kyuubi }],
])("fails when %s and it is off", (message, services) => {
  expect(() => build(services)).toThrow(`DataPlatform: ${message}, which is off: add`);
});

test("keeps the values of generated secrets out of both stacks", () => {
  const { secrets } = build(coreServices);
  const ephemeral = secrets.toTerraform() as { ephemeral?: { random_password?: object }; resource?: object };
  // root and two users of MariaDB, one user of Postgres, two key pairs, Trino's shared secret, two users of Kyuubi
  expect(Object.keys(ephemeral.ephemeral?.random_password ?? {})).toHaveLength(11);
  expect(Object.keys(ephemeral.resource ?? {})).not.toContain("random_password");
});
