import { existingNamespace } from "../../../../constructs/kubernetes";
import { generated, keyOf } from "../../../../constructs/secrets";
import { CephObjectStore, ExternalObjectStore, Nessie, Postgres } from "../../../../constructs/services";
import { ChartData } from "../../../support/chart-data";
import { objectProblems } from "../../../support/crd-contract";
import { type DeliveredObject, objectsOf, releasesOf, valuesOf } from "../../../support/releases";
import { namespace, type ServiceStacks, serviceStacks, small } from "../service-stacks";

const versions = { versioning: true, lifecycle: [{ noncurrentDays: 30 }] };

function external(stacks: ServiceStacks, endpoint = "https://s3.example.com:9443", pathStyle = false) {
  const { services, context } = stacks;
  const pair = context.secrets.secret("lake/keys", { access_key: generated(20), secret_key: generated(40) });
  const keys = { accessKeyId: keyOf(pair, "access_key"), secretAccessKey: keyOf(pair, "secret_key") };
  return new ExternalObjectStore(services, "ObjectStore", {
    context,
    namespace,
    endpoint,
    region: "eu-central-1",
    pathStyle,
    buckets: {
      warehouse: { name: "example-dev-warehouse", keys, rules: versions },
      hive: { name: "example-dev-hive", keys },
    },
  });
}

const rook = existingNamespace("rook-ceph");

function ceph(stacks: ServiceStacks, allowed = existingNamespace("lake")) {
  const { services, context } = stacks;
  return new CephObjectStore(services, "ObjectStore", {
    context,
    namespace: allowed,
    buckets: ["iceberg-test", "raw"],
    storageClass: "ceph-object-bucket",
    gateway: { namespace: rook, store: "ceph-objectstore", port: 80 },
    rules: { "iceberg-test": versions },
  });
}

function objects({ services }: ServiceStacks, kind: string): readonly DeliveredObject[] {
  return objectsOf(releasesOf(services)).filter((object) => object.kind === kind);
}

describe("a store outside", () => {
  test("is called at its address, by the names that its buckets have there", () => {
    const stacks = serviceStacks();
    const made = external(stacks);
    expect(made.bucket("warehouse")).toMatchObject({
      name: "example-dev-warehouse",
      uri: "s3://example-dev-warehouse",
      store: { endpoint: "https://s3.example.com:9443", pathStyle: false },
    });
    expect(made.server).toMatchObject({ port: 9443, end: { cidrs: ["0.0.0.0/0"] } });
    expect(external(serviceStacks(), "https://s3.example.com").server.port).toBe(443);
    expect(external(serviceStacks(), "http://s3.example.com").server.port).toBe(80);
  });

  test("gets rules for those buckets only of which some are stated", () => {
    const stacks = serviceStacks();
    external(stacks);
    const [job] = objects(stacks, "Job").map((object) => JSON.stringify(object));
    expect(job).toContain("'https://example-dev-warehouse.s3.example.com:9443?versioning='");
    expect(job).not.toContain("example-dev-hive");
    const paths = serviceStacks();
    external(paths, "http://s3.example.com", true);
    expect(JSON.stringify(objects(paths, "Job"))).toContain(
      "'http://s3.example.com/example-dev-warehouse?versioning='",
    );
  });

  test("refuses an address with a path and a bucket that nobody named", () => {
    expect(() => external(serviceStacks(), "https://s3.example.com/store")).toThrow("use scheme and host");
    expect(() => external(serviceStacks(), "s3.example.com")).toThrow("use scheme and host");
    expect(() => external(serviceStacks()).bucket("raw")).toThrow("use one of warehouse, hive");
  });
});

describe("a Ceph cluster", () => {
  test("gets claims with the lifecycle rules of their buckets", () => {
    const stacks = serviceStacks();
    ceph(stacks);
    const claims = objects(stacks, "ObjectBucketClaim");
    expect(claims.map(({ metadata, spec }) => [metadata.name, spec])).toEqual([
      [
        "iceberg-test",
        {
          bucketName: "iceberg-test",
          storageClassName: "ceph-object-bucket",
          additionalConfig: {
            bucketLifecycle: JSON.stringify({
              Rules: [
                {
                  Filter: { Prefix: "" },
                  ID: "rule-001",
                  NoncurrentVersionExpiration: { NoncurrentDays: 30 },
                  Status: "Enabled",
                },
              ],
            }),
          },
        },
      ],
      ["raw", { bucketName: "raw", storageClassName: "ceph-object-bucket" }],
    ]);
    expect(claims[0]?.metadata.annotations).toEqual({ "helm.sh/resource-policy": "keep" });
  });

  test("has buckets whose keys any service reads from the Secret that Rook writes", () => {
    const stacks = serviceStacks();
    const { services, context } = stacks;
    const bucket = ceph(stacks).bucket("iceberg-test");
    expect(bucket.claim).toEqual({ namespace: "lake", name: "iceberg-test" });
    const postgres = new Postgres(services, "Postgres", {
      context,
      namespace,
      resources: small,
      instances: 1,
      storage: "5Gi",
    });
    const database = postgres.database("nessie");
    new Nessie(services, "Nessie", { context, namespace, resources: small, replicas: 1, database, warehouse: bucket });
    const secrets = objects(stacks, "ExternalSecret").filter(({ metadata }) => metadata.namespace === namespace.name);
    const entries = secrets.flatMap(({ spec }) => (spec as { data: readonly Entry[] }).data);
    expect(entries.filter(({ sourceRef }) => sourceRef)).toEqual(
      ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map((key) => ({
        secretKey: key,
        remoteRef: { key: "iceberg-test", property: key },
        sourceRef: { storeRef: { kind: "SecretStore", name: "from-lake-iceberg-test" } },
      })),
    );
    expect(objects(stacks, "Role").map(({ metadata, rules }) => [metadata.namespace, rules])).toEqual(
      expect.arrayContaining([
        ["lake", [{ apiGroups: [""], resources: ["secrets"], resourceNames: ["iceberg-test"], verbs: ["get"] }]],
      ]),
    );
    expect(stacks.vaultSecrets.inventory.map(({ ref }) => ref.path)).toEqual(["postgres/nessie"]);
    expect(valuesOf(services, "nessie")).toMatchObject({
      catalog: {
        storage: { s3: { defaultOptions: { endpoint: "http://rook-ceph-rgw-ceph-objectstore.rook-ceph.svc:80" } } },
      },
    });
  });

  test("is called without a policy of this project at its gateway", () => {
    const stacks = serviceStacks();
    ceph(stacks);
    expect(stacks.flows.flows.map(({ from, to, ports }) => [from.name, to.name, ports])).toEqual([
      ["bucket-rules", "ceph-gateway", [8080]],
    ]);
    expect(stacks.flows.policies).toHaveLength(1);
  });

  const data = ChartData.find();

  (data ? test : test.skip)("gets objects that its definitions take", () => {
    const stacks = serviceStacks();
    ceph(stacks);
    const checked = objectsOf(releasesOf(stacks.services)).flatMap((object) => {
      const schema = data?.definition(object.apiVersion, object.kind);
      return schema ? [{ kind: object.kind, problems: objectProblems(object, schema) }] : [];
    });
    expect(checked.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["ObjectBucketClaim", "ExternalSecret", "SecretStore"]),
    );
    expect(checked.flatMap(({ problems }) => problems)).toEqual([]);
  });
});

interface Entry {
  readonly secretKey: string;
  readonly sourceRef?: object;
}
