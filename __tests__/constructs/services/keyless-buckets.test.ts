import type { TerraformStack } from "cdktf";
import type { IcebergCatalog } from "../../../constructs/services";
import {
  GoogleObjectStore,
  Nessie,
  Postgres,
  SparkHistory,
  SparkJobs,
  SparkStandalone,
  Trino,
} from "../../../constructs/services";
import { ChartData } from "../../support/chart-data";
import { objectProblems } from "../../support/crd-contract";
import { objectsOf, releasesOf } from "../../support/releases";
import { exampleGcs, exampleIdentity } from "./example-gcs";
import { namespace, type ServiceStacks, serviceStacks, small } from "./service-stacks";

const buckets = ["warehouse", "nessie-backup", "postgres-backup", "spark-events"];
const accounts = ["trino", "nessie", "nessie-backup", "postgres", "spark", "spark-history"];
const end = { namespace, name: "example", podLabels: { app: "example" } };

function stores() {
  const stacks = serviceStacks();
  return { stacks, store: exampleGcs(stacks, buckets, accounts) };
}

const objects = (stack: TerraformStack, kind: string) =>
  objectsOf(releasesOf(stack)).filter((object) => object.kind === kind);

const accountsOf = (stack: TerraformStack) =>
  Object.fromEntries(
    objects(stack, "ServiceAccount").map(({ metadata }) => [
      metadata.name,
      (metadata as { annotations?: Record<string, string> }).annotations?.["iam.gke.io/gcp-service-account"],
    ]),
  );

/** Everything that is delivered, as text. */
const textOf = (stack: TerraformStack) => JSON.stringify(releasesOf(stack).map(({ values }) => values));

/** Ends that pods may call, by the name of those pods. */
const calls = ({ flows }: ServiceStacks) =>
  flows.flows.map(({ from, to, ports }) => `${from.name} -> ${to.name}:${ports.join(",")}`);

function database(stacks: ServiceStacks) {
  return new Postgres(stacks.services, "Postgres", {
    context: stacks.context,
    namespace,
    instances: 1,
    storage: "10Gi",
    resources: small,
  }).database("nessie");
}

const catalog = (store: ReturnType<typeof stores>["store"]): IcebergCatalog => ({
  kind: "rest",
  name: "lake",
  uri: "http://nessie.data-platform.svc:19120/iceberg/",
  warehouse: "warehouse",
  bucket: store.bucket("warehouse"),
  server: { end, port: 19120 },
});

describe("a bucket of Cloud Storage", () => {
  it("tells whose pods act as which identity, and refuses who may not open it", () => {
    const { store } = stores();
    const bucket = store.bucket("warehouse");
    expect(bucket).toMatchObject({ uri: "gs://example-dev-gke-dev-warehouse", name: "example-dev-gke-dev-warehouse" });
    expect(bucket.annotationsOf({ namespace: "data-platform", serviceAccount: "trino" })).toEqual({
      "iam.gke.io/gcp-service-account": exampleIdentity,
    });
    expect(() => bucket.annotationsOf({ namespace: "data-platform", serviceAccount: "other" })).toThrow(
      'no Google identity of data-platform/other may open bucket "warehouse"',
    );
    expect(() => store.bucket("other")).toThrow('there is no bucket "other"');
  });

  it("is closed to an identity that opens another one", () => {
    const { services } = serviceStacks();
    const store = new GoogleObjectStore(services, "ObjectStore", {
      project: "example-dev",
      buckets: { warehouse: "example-dev-warehouse", backup: "example-dev-backup" },
      identities: [
        {
          email: exampleIdentity,
          kubernetes: [{ namespace: "data-platform", serviceAccount: "trino" }],
          buckets: ["warehouse"],
        },
      ],
    });
    const account = { namespace: "data-platform", serviceAccount: "trino" };
    expect(store.bucket("warehouse").annotationsOf(account)).not.toEqual({});
    expect(() => store.bucket("backup").annotationsOf(account)).toThrow('may open bucket "backup"');
  });
});

const data = ChartData.find();

function backedUp() {
  const { stacks, store } = stores();
  new Postgres(stacks.services, "Postgres", {
    context: stacks.context,
    namespace,
    instances: 1,
    storage: "10Gi",
    resources: small,
    backup: { bucket: store.bucket("postgres-backup"), schedule: "30 1 * * *", keepDays: 30 },
  });
  return stacks;
}

describe("PostgreSQL's backups", () => {
  (data ? it : it.skip)("are understood by the operator and its plugin", () => {
    const custom = objectsOf(releasesOf(backedUp().services));
    const checked = custom.flatMap((object) => {
      const schema = data?.definition(object.apiVersion, object.kind);
      expect(schema ? objectProblems(object, schema) : []).toEqual([]);
      return schema ? [object.kind] : [];
    });
    expect(checked).toEqual(expect.arrayContaining(["Cluster", "ObjectStore", "ScheduledBackup"]));
  });

  it("go to the bucket as the servers' own identity", () => {
    const stacks = backedUp();
    const [objectStore] = objects(stacks.services, "ObjectStore");
    expect(objectStore).toMatchObject({
      spec: {
        configuration: {
          destinationPath: "gs://example-dev-gke-dev-postgres-backup/",
          googleCredentials: { gkeEnvironment: true },
        },
      },
    });
    const [cluster] = objects(stacks.services, "Cluster");
    expect(cluster).toMatchObject({
      spec: {
        serviceAccountTemplate: {
          metadata: { annotations: { "iam.gke.io/gcp-service-account": exampleIdentity } },
        },
      },
    });
    expect(textOf(stacks.services)).not.toMatch(/s3Credentials|endpointURL|ACCESS_KEY/);
    expect(calls(stacks)).toEqual(
      expect.arrayContaining(["postgres -> google-apis:443", "postgres -> metadata-server:80,988"]),
    );
  });
});

describe("Nessie", () => {
  it("opens its warehouse with the credentials of its pods, and dumps as another identity", () => {
    const { stacks, store } = stores();
    const built = new Nessie(stacks.services, "Nessie", {
      context: stacks.context,
      namespace,
      replicas: 1,
      resources: small,
      database: database(stacks),
      warehouse: store.bucket("warehouse"),
      backup: { bucket: store.bucket("nessie-backup"), schedule: "0 2 * * *", keepDays: 30 },
      gc: { schedule: "0 4 * * 0", keepDays: 30 },
    });
    const release = releasesOf(stacks.services).find(({ name }) => name === "nessie");
    expect(release?.values).toMatchObject({
      catalog: {
        iceberg: { warehouses: [{ location: "gs://example-dev-gke-dev-warehouse/" }] },
        storage: { gcs: { defaultOptions: { projectId: "example-dev", authType: "APPLICATION_DEFAULT" } } },
      },
    });
    expect(accountsOf(stacks.services)).toMatchObject({ nessie: exampleIdentity, "nessie-backup": exampleIdentity });
    const jobs = Object.fromEntries(
      objects(stacks.services, "CronJob").map(({ metadata, spec }) => [
        metadata.name,
        (spec as { jobTemplate: { spec: { template: { spec: { serviceAccountName: string } } } } }).jobTemplate.spec
          .template.spec.serviceAccountName,
      ]),
    );
    expect(jobs).toEqual({
      "nessie-backup": "nessie-backup",
      "nessie-restore": "nessie-backup",
      "nessie-gc": "nessie",
    });
    const text = textOf(stacks.services);
    expect(text).toContain("RCLONE_GCS_ENV_AUTH");
    expect(text).toContain("gcs.project-id=example-dev");
    expect(text).not.toMatch(/ACCESS_KEY|RCLONE_S3|s3\./);
    expect(calls(stacks)).toEqual(
      expect.arrayContaining([
        "nessie -> metadata-server:80,988",
        "nessie-backup -> metadata-server:80,988",
        "nessie-gc -> metadata-server:80,988",
      ]),
    );
    expect(built.catalog("lake").bucket.uri).toBe("gs://example-dev-gke-dev-warehouse");
  });
});

describe("Trino", () => {
  it("reads and writes files of tables by Google's protocol, without a key", () => {
    const { stacks, store } = stores();
    new Trino(stacks.services, "Trino", {
      context: stacks.context,
      namespace,
      workers: 1,
      coordinator: small,
      worker: small,
      shutdownGraceSeconds: 0,
      catalogs: [catalog(store)],
    });
    const text = textOf(stacks.services);
    expect(text).toContain("fs.native-gcs.enabled=true\\\\ngcs.project-id=example-dev".replaceAll("\\\\", "\\"));
    expect(text).not.toMatch(/s3|json-key/i);
    expect(accountsOf(stacks.services)).toEqual({ trino: exampleIdentity });
    expect(calls(stacks)).toEqual(
      expect.arrayContaining(["trino -> google-apis:443", "trino -> metadata-server:80,988"]),
    );
  });
});

describe("Spark", () => {
  const lakehouse = (store: ReturnType<typeof stores>["store"]) => ({
    catalogs: [catalog(store)],
    eventLog: store.bucket("spark-events"),
  });

  it("reads tables by Iceberg's own files and logs by Hadoop's, as the pods' identity", () => {
    const { stacks, store } = stores();
    new SparkStandalone(stacks.services, "Spark", {
      context: stacks.context,
      namespace,
      lakehouse: lakehouse(store),
      master: small,
      workers: { replicas: 0, cores: 1, memoryMebibytes: 1024, resources: small },
      client: small,
    });
    const text = textOf(stacks.services);
    for (const property of [
      "spark.sql.catalog.lake.io-impl=org.apache.iceberg.gcp.gcs.GCSFileIO",
      "spark.sql.catalog.lake.gcs.project-id=example-dev",
      "spark.hadoop.fs.gs.impl=com.google.cloud.hadoop.fs.gcs.GoogleHadoopFileSystem",
      "spark.eventLog.dir=gs://example-dev-gke-dev-spark-events/",
    ]) {
      expect(text).toContain(property);
    }
    expect(text).not.toMatch(/s3a?[.:]|S3_/);
    expect(accountsOf(stacks.services)).toEqual({ spark: exampleIdentity });
    expect(calls(stacks)).toContain("spark-iceberg-client -> metadata-server:80,988");
  });

  it("gives drivers and executors of jobs the one account that is annotated", () => {
    const { stacks, store } = stores();
    const jobs = new SparkJobs(stacks.services, "Jobs", {
      context: stacks.context,
      jobNamespaces: [namespace],
      lakehouse: lakehouse(store),
    });
    expect(jobs.properties).toMatchObject({
      "spark.kubernetes.authenticate.driver.serviceAccountName": "spark-operator-spark",
      "spark.kubernetes.authenticate.executor.serviceAccountName": "spark-operator-spark",
    });
    expect(Object.keys(jobs.properties).filter((name) => name.includes("secretKeyRef"))).toEqual([]);
    expect(calls(stacks)).toEqual(
      expect.arrayContaining(["spark-driver -> metadata-server:80,988", "spark-executor -> metadata-server:80,988"]),
    );
  });

  it("shows and removes event logs as the page's identity", () => {
    const { stacks, store } = stores();
    new SparkHistory(stacks.services, "History", {
      context: stacks.context,
      namespace,
      eventLog: store.bucket("spark-events"),
      resources: small,
      retentionDays: 30,
    });
    expect(textOf(stacks.services)).toContain("spark.history.fs.logDirectory=gs://example-dev-gke-dev-spark-events/");
    expect(objects(stacks.services, "ExternalSecret")).toEqual([]);
    expect(accountsOf(stacks.services)).toEqual({ "spark-history": exampleIdentity });
  });
});
