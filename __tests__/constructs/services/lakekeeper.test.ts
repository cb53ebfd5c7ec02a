import { Lakekeeper, type LakekeeperProps, MariaDb, Postgres, SeaweedFs } from "../../../constructs/services";
import { ChartData } from "../../support/chart-data";
import { type DeliveredObject, objectsOf, releasesOf, valuesOf } from "../../support/releases";
import { valuesProblems } from "../../support/values-contract";
import { namespace, type ServiceStacks, serviceStacks, small } from "./service-stacks";

function lakekeeper(stacks: ServiceStacks = serviceStacks(), more: Partial<LakekeeperProps> = {}) {
  const { services, context } = stacks;
  const common = { context, namespace, resources: small };
  const postgres = new Postgres(services, "Postgres", { ...common, instances: 1, storage: "10Gi" });
  const store = new SeaweedFs(services, "ObjectStore", { ...common, storage: "20Gi", buckets: ["lakekeeper"] });
  const made = new Lakekeeper(services, "Lakekeeper", {
    ...common,
    replicas: 2,
    database: postgres.database("lakekeeper"),
    warehouse: store.bucket("lakekeeper"),
    ...more,
  });
  return { ...stacks, made };
}

function composed({ services }: ServiceStacks, name: string): Readonly<Record<string, string>> {
  const found = objectsOf(releasesOf(services)).find((each) => each.metadata.name === name);
  return (found as DeliveredObject & { spec: { target: { template: { data: Record<string, string> } } } }).spec.target
    .template.data;
}

test("checks the certificate of its database, for which it takes one address", () => {
  const stacks = lakekeeper();
  expect(composed(stacks, "lakekeeper-server").url).toBe(
    "postgresql://{{ .username | urlquery }}:{{ .password | urlquery }}@postgres-rw.data-platform.svc:5432/lakekeeper?sslmode=verify-full&sslrootcert=/etc/lakekeeper-tls/ca.crt",
  );
  const reads = (name: string) => ({ name, valueFrom: { secretKeyRef: { name: "lakekeeper-server", key: "url" } } });
  expect(valuesOf(stacks.services, "lakekeeper")).toMatchObject({
    catalog: { extraEnv: [reads("LAKEKEEPER__PG_DATABASE_URL_READ"), reads("LAKEKEEPER__PG_DATABASE_URL_WRITE")] },
  });
});

test("waits for its own migration, has no database of the chart and no key that Helm makes", () => {
  expect(valuesOf(lakekeeper().services, "lakekeeper")).toMatchObject({
    helmWait: true,
    postgresql: { enabled: false },
    secretBackend: { postgres: { encryptionKeySecret: "lakekeeper-server" } },
    serviceAccount: { create: false, name: "lakekeeper" },
    catalog: {
      podDisruptionBudget: { enabled: true },
      podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      containerSecurityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
      dbMigrations: { resources: { limits: { memory: "128Mi" } } },
    },
  });
});

test("makes its warehouse by a job, with the key pair in a file", () => {
  const stacks = lakekeeper();
  const [job] = objectsOf(releasesOf(stacks.services)).filter(({ kind }) => kind === "Job");
  const text = JSON.stringify(job);
  expect(job?.metadata.name).toMatch(/^lakekeeper-setup-[0-9a-f]{10}$/);
  expect(text).toContain("--data @/etc/lakekeeper-setup/warehouse.json");
  expect(text).toContain('*\'\\"name\\":\\"lakekeeper\\"\'*)');
  expect(JSON.parse(composed(stacks, "lakekeeper-setup")["warehouse.json"] ?? "")).toEqual({
    "warehouse-name": "lakekeeper",
    "storage-profile": {
      type: "s3",
      bucket: "lakekeeper",
      region: "us-east-1",
      endpoint: "http://seaweedfs-all-in-one.data-platform.svc:8333",
      "path-style-access": true,
      flavor: "s3-compat",
      "sts-enabled": false,
      "remote-signing-enabled": false,
    },
    "storage-credential": {
      type: "s3",
      "credential-type": "access-key",
      "access-key-id": "{{ .access_key }}",
      "secret-access-key": "{{ .secret_key }}",
    },
  });
});

test("is a catalogue without users that engines wait for until its warehouse is there", () => {
  const { made, flows } = lakekeeper();
  expect(made.catalog("iceberg")).toMatchObject({
    name: "iceberg",
    uri: "http://lakekeeper.data-platform.svc:8181/catalog/",
    warehouse: "lakekeeper",
    resource: made.setup.release.resource,
  });
  expect(made.catalog("iceberg").oauth2).toBeUndefined();
  const rows = flows.flows.filter(({ from }) => from.name.startsWith("lakekeeper"));
  expect(rows.map(({ from, to, ports }) => `${from.name} -> ${to.name} ${ports.join(",")}`)).toEqual([
    "lakekeeper -> postgres 5432",
    "lakekeeper -> seaweedfs 8333",
    "lakekeeper-setup -> lakekeeper 8181",
  ]);
});

test("refuses a database that is not PostgreSQL's", () => {
  const stacks = serviceStacks();
  const { services, context } = stacks;
  const mariadb = new MariaDb(services, "MariaDb", {
    context,
    namespace,
    resources: small,
    replicas: 1,
    storage: "5Gi",
  });
  expect(() => lakekeeper(stacks, { database: mariadb.database("lakekeeper") })).toThrow("database is of mysql");
});

const data = ChartData.find();

(data ? test : test.skip)("sets values that the chart knows", () => {
  const { services } = lakekeeper(serviceStacks({ imageRegistry: "localhost:5001" }), { config: { RUST_LOG: "info" } });
  const values = valuesOf(services, "lakekeeper");
  const contract = { defaults: data?.values("lakekeeper") ?? {} };
  expect(valuesProblems(values, contract)).toEqual([]);
  expect(values.catalog).toMatchObject({ image: { repository: "localhost:5001/lakekeeper/catalog" } });
});
