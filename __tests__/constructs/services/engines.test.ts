import { Testing } from "cdktf";
import { HiveMetastoreService, Nessie, Postgres, SeaweedFs, Trino } from "../../../constructs/services";
import { type DeliveredObject, objectsOf, releasesOf, valuesOf } from "../../support/releases";
import { namespace, type ServiceStacks, serviceStacks, small } from "./service-stacks";

/** A small platform with every kind of catalogue. */
function platform(stacks: ServiceStacks = serviceStacks(), replicas = 1) {
  const { services, context } = stacks;
  const common = { context, namespace, resources: small };
  const postgres = new Postgres(services, "Postgres", { ...common, instances: 1, storage: "10Gi" });
  const buckets = ["warehouse", "hive"];
  const store = new SeaweedFs(services, "ObjectStore", { ...common, storage: "20Gi", buckets });
  const nessie = new Nessie(services, "Nessie", {
    ...common,
    replicas,
    database: postgres.database("nessie"),
    warehouse: store.bucket("warehouse"),
  });
  const metastore = new HiveMetastoreService(services, "HiveMetastore", {
    ...common,
    replicas,
    database: postgres.database("hive"),
    warehouse: store.bucket("hive"),
  });
  return { ...stacks, common, postgres, nessie, metastore };
}

function trino(
  made: ReturnType<typeof platform>,
  catalogs = [made.nessie.catalog("lake"), made.metastore.catalog("hive")],
) {
  const { services, context } = made;
  const worker = { requests: { cpu: "1", memory: "4Gi" }, limits: { memory: "4Gi" } };
  return new Trino(services, "Trino", { context, namespace, workers: 2, coordinator: small, worker, catalogs });
}

function secret({ services }: ServiceStacks, name: string): Readonly<Record<string, string>> {
  const [found] = objectsOf(releasesOf(services)).filter((object) => object.metadata.name === name);
  const { data, target } = (found as DeliveredObject & { spec: SecretSpec }).spec;
  return {
    ...Object.fromEntries(
      data.map(({ secretKey, remoteRef }) => [secretKey, `${remoteRef.key}#${remoteRef.property}`]),
    ),
    ...target.template.data,
  };
}

interface SecretSpec {
  readonly data: readonly { readonly secretKey: string; readonly remoteRef: { key: string; property: string } }[];
  readonly target: { readonly template: { readonly data?: Readonly<Record<string, string>> } };
}

function flowsOf({ flows }: ServiceStacks, from: RegExp): readonly string[] {
  return flows.flows
    .filter((flow) => from.test(flow.from.name))
    .map((flow) => `${flow.from.name} -> ${flow.to.name} ${flow.ports.join(",")}`);
}

describe("Nessie", () => {
  test("keeps its history in the database and its tables in the bucket, by names of Secrets", () => {
    const made = platform();
    expect(valuesOf(made.services, "nessie")).toMatchObject({
      versionStoreType: "JDBC2",
      jdbc: {
        jdbcUrl:
          "jdbc:postgresql://postgres-rw.data-platform.svc:5432/nessie?sslmode=verify-full&sslrootcert=/etc/nessie-tls/ca.crt",
        secret: { name: "nessie-postgres", username: "username", password: "password" },
      },
      catalog: {
        enabled: true,
        iceberg: { defaultWarehouse: "warehouse", warehouses: [{ name: "warehouse", location: "s3://warehouse/" }] },
        storage: {
          s3: { defaultOptions: { pathStyleAccess: true, accessKeySecret: { name: "nessie-s3-credentials" } } },
        },
      },
      serviceMonitor: { enabled: false },
      serviceAccount: { create: false, name: "nessie" },
      resources: small,
    });
    expect(secret(made, "nessie-postgres")).toEqual({
      username: "platform/postgres/nessie#username",
      password: "platform/postgres/nessie#password",
    });
    expect(secret(made, "nessie-s3-credentials")).toEqual({
      AWS_ACCESS_KEY_ID: "platform/object-store/warehouse#access_key",
      AWS_SECRET_ACCESS_KEY: "platform/object-store/warehouse#secret_key",
    });
  });

  test("trusts the authority beside its own certificate, and reads no key", () => {
    const made = platform();
    const [certificate] = objectsOf(releasesOf(made.services)).filter(({ metadata }) => metadata.name === "nessie-tls");
    expect(certificate).toMatchObject({
      kind: "Certificate",
      spec: { secretName: "nessie-tls", dnsNames: ["nessie.data-platform.svc"] },
    });
    expect(valuesOf(made.services, "nessie")).toMatchObject({
      extraVolumes: [{ name: "tls", secret: { secretName: "nessie-tls", items: [{ key: "ca.crt", path: "ca.crt" }] } }],
      extraVolumeMounts: [{ name: "tls", mountPath: "/etc/nessie-tls", readOnly: true }],
    });
  });

  test("reaches its database and its store only, and its own cache port with several servers", () => {
    expect(flowsOf(platform(), /^nessie$/)).toEqual(["nessie -> postgres 5432", "nessie -> seaweedfs 8333"]);
    expect(flowsOf(platform(serviceStacks(), 2), /^nessie$/)).toContain("nessie -> nessie 9000");
  });

  test("starts after its database and its store", () => {
    const made = platform();
    const release = releasesOf(made.services).find(({ name }) => name === "nessie");
    expect(release?.dependsOn.map((address) => address.replace(/_Release_[0-9A-F]{8}$/, ""))).toEqual([
      "helm_release.Nessie_Objects",
      "helm_release.Postgres_NessieDatabase",
      "helm_release.ObjectStore",
    ]);
  });
});

describe("Trino", () => {
  test("has the catalogues given, without the chart's samples", () => {
    const made = platform();
    trino(made);
    const { catalogs } = valuesOf(made.services, "trino") as { catalogs: Record<string, string | null> };
    expect(Object.keys(catalogs).sort()).toEqual(["hive", "lake", "tpcds", "tpch"]);
    expect([catalogs.tpch, catalogs.tpcds]).toEqual([null, null]);
    expect(catalogs.lake?.split("\n")).toEqual([
      "connector.name=iceberg",
      "iceberg.catalog.type=rest",
      "iceberg.rest-catalog.uri=http://nessie.data-platform.svc:19120/iceberg/",
      "iceberg.rest-catalog.warehouse=warehouse",
      "fs.native-s3.enabled=true",
      "s3.endpoint=http://seaweedfs-all-in-one.data-platform.svc:8333",
      "s3.region=us-east-1",
      "s3.path-style-access=true",
      ["s3.aws-access-key=$", "{ENV:S3_WAREHOUSE_ACCESS_KEY_ID}"].join(""),
      ["s3.aws-secret-key=$", "{ENV:S3_WAREHOUSE_SECRET_ACCESS_KEY}"].join(""),
    ]);
    expect(catalogs.hive).toContain("hive.metastore.uri=thrift://hive-metastore.data-platform.svc:9083");
  });

  test("escapes the environment's variables, which Terraform would read as its own", () => {
    const made = platform();
    trino(made);
    const json = Testing.synth(made.services);
    expect(json.match(/\$\$\{ENV:/g)?.length).toBe(5);
    expect(json).not.toMatch(/[^$]\$\{ENV:/);
  });

  test("reads its shared secret and the buckets' keys from one Secret", () => {
    const made = platform();
    trino(made);
    expect(secret(made, "trino-environment")).toEqual({
      TRINO_SHARED_SECRET: "platform/trino#shared_secret",
      S3_WAREHOUSE_ACCESS_KEY_ID: "platform/object-store/warehouse#access_key",
      S3_WAREHOUSE_SECRET_ACCESS_KEY: "platform/object-store/warehouse#secret_key",
      S3_HIVE_ACCESS_KEY_ID: "platform/object-store/hive#access_key",
      S3_HIVE_SECRET_ACCESS_KEY: "platform/object-store/hive#secret_key",
    });
    expect(valuesOf(made.services, "trino")).toMatchObject({ envFrom: [{ secretRef: { name: "trino-environment" } }] });
  });

  test("sizes heap and queries by the memory of its containers", () => {
    const made = platform();
    trino(made);
    expect(valuesOf(made.services, "trino")).toMatchObject({
      server: { workers: 2, config: { query: { maxMemory: "2866MB" } } },
      coordinator: { jvm: { maxHeapSize: null, maxHeapPercent: 70 }, config: { query: { maxMemoryPerNode: "358MB" } } },
      worker: { jvm: { maxHeapSize: null, maxHeapPercent: 70 }, config: { query: { maxMemoryPerNode: "1433MB" } } },
    });
  });

  test("runs restricted, without a token and without the metrics exporter", () => {
    const made = platform();
    trino(made);
    expect(valuesOf(made.services, "trino")).toMatchObject({
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
      containerSecurityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      serviceAccount: { create: false, name: "trino" },
      jmx: { exporter: { enabled: false } },
    });
    const accounts = objectsOf(releasesOf(made.services)).filter(({ kind }) => kind === "ServiceAccount");
    expect(
      accounts.map(({ metadata, automountServiceAccountToken }) => [metadata.name, automountServiceAccountToken]),
    ).toEqual([
      ["nessie", false],
      ["trino", false],
    ]);
  });

  test("reaches catalogues from the coordinator, the store from all its pods", () => {
    const made = platform();
    trino(made);
    expect(flowsOf(made, /^trino/)).toEqual([
      "trino-coordinator -> nessie 19120",
      "trino-coordinator -> hive-metastore 9083",
      "trino -> seaweedfs 8333",
      "trino -> trino 8080",
    ]);
  });

  test("refuses no catalogue and two of one name", () => {
    const made = platform();
    expect(() => trino(made, [])).toThrow("catalogs are []: give at least one, each with its own name");
    expect(() => trino(platform(), [made.nessie.catalog("lake"), made.nessie.catalog("lake")])).toThrow("[lake, lake]");
  });
});

describe("HiveMetastoreService", () => {
  test("has its passwords in a Secret and nowhere else", () => {
    const made = platform();
    expect(valuesOf(made.services, "hive-metastore")).toMatchObject({
      image: expect.stringMatching(/terralake\/hive-metastore:\d+\.\d+\.\d+-\d+$/),
      tlsSecret: "hive-metastore-tls",
      databaseType: "postgres",
      configSecret: "hive-metastore-config",
      heapMebibytes: 716,
    });
    const site = secret(made, "hive-metastore-config")["hive-site.xml"] ?? "";
    expect(site).toContain("<name>javax.jdo.option.ConnectionPassword</name><value>{{ .password }}</value>");
    expect(site).toContain("<name>metastore.warehouse.dir</name><value>s3a://hive/warehouse</value>");
  });

  test("checks whom its database is, and lets no setting take the place of the wiring", () => {
    const { services, context } = serviceStacks();
    const common = { context, namespace, resources: small };
    const postgres = new Postgres(services, "Postgres", { ...common, instances: 1, storage: "10Gi" });
    const store = new SeaweedFs(services, "ObjectStore", { ...common, storage: "20Gi", buckets: ["hive"] });
    new HiveMetastoreService(services, "HiveMetastore", {
      ...common,
      replicas: 2,
      database: postgres.database("hive"),
      warehouse: store.bucket("hive"),
      config: { "metastore.thrift.max.worker.threads": "100", "fs.s3a.access.key": "taken" },
      runAs: { user: 1234, group: 5678 },
    });
    const found = objectsOf(releasesOf(services)).find(({ metadata }) => metadata.name === "hive-metastore-config");
    const site = (found as DeliveredObject & { spec: SecretSpec }).spec.target.template.data?.["hive-site.xml"] ?? "";
    expect(site).toContain("5432/hive?sslmode=verify-full&amp;sslrootcert=/etc/hive-tls/ca.crt</value>");
    expect(site).toContain("<name>metastore.thrift.max.worker.threads</name><value>100</value>");
    expect(site).toContain("<name>fs.s3a.access.key</name><value>{{ .access_key }}</value>");
    expect(valuesOf(services, "hive-metastore")).toMatchObject({ user: 1234, group: 5678, replicas: 2 });
  });
});
