import { MariaDb, Polaris, type PolarisProps, Postgres, SeaweedFs, Trino } from "../../../constructs/services";
import { ChartData } from "../../support/chart-data";
import { type DeliveredObject, objectsOf, releasesOf, type Values, valuesOf } from "../../support/releases";
import { valuesProblems } from "../../support/values-contract";
import { namespace, type ServiceStacks, serviceStacks, small } from "./service-stacks";

function polaris(stacks: ServiceStacks = serviceStacks(), more: Partial<PolarisProps> = {}) {
  const { services, context } = stacks;
  const common = { context, namespace, resources: small };
  const postgres = new Postgres(services, "Postgres", { ...common, instances: 1, storage: "10Gi" });
  const store = new SeaweedFs(services, "ObjectStore", { ...common, storage: "20Gi", buckets: ["polaris"] });
  const made = new Polaris(services, "Polaris", {
    ...common,
    replicas: 2,
    database: postgres.database("polaris"),
    warehouse: store.bucket("polaris"),
    ...more,
  });
  return { ...stacks, common, made };
}

function object({ services }: ServiceStacks, kind: string, name: RegExp): DeliveredObject & { readonly spec: Spec } {
  const found = objectsOf(releasesOf(services)).filter((each) => each.kind === kind && name.test(each.metadata.name));
  expect(found).toHaveLength(1);
  return found[0] as DeliveredObject & { readonly spec: Spec };
}

interface Spec {
  readonly target: { readonly template: { readonly data: Readonly<Record<string, string>> } };
  readonly template: { readonly spec: { readonly containers: readonly [Container]; readonly securityContext: Values } };
}

interface Container {
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly securityContext: Values;
}

test("keeps the catalogue in PostgreSQL, whose certificate it checks", () => {
  const stacks = polaris();
  expect(object(stacks, "ExternalSecret", /^polaris-persistence$/).spec.target.template.data).toEqual({
    jdbcUrl:
      "jdbc:postgresql://postgres-rw.data-platform.svc:5432/polaris?sslmode=verify-full&sslrootcert=/etc/polaris-tls/ca.crt",
  });
  expect(valuesOf(stacks.services, "polaris")).toMatchObject({
    persistence: { type: "relational-jdbc", relationalJdbc: { secret: { name: "polaris-persistence" } } },
    authentication: { tokenBroker: { type: "symmetric-key", secret: { name: "polaris-server" } } },
    serviceAccount: { create: false, name: "polaris" },
    serviceMonitor: { enabled: false },
    podDisruptionBudget: { enabled: true, minAvailable: 1 },
    containerSecurityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
    podSecurityContext: { runAsNonRoot: true, runAsUser: 10000, fsGroup: 10001 },
    extraVolumeMounts: [{ mountPath: "/etc/polaris-tls" }],
  });
});

test("makes the realm by a job, with a password that is in a file only", () => {
  const stacks = polaris();
  const { template } = object(stacks, "Job", /^polaris-bootstrap-/).spec;
  const [container] = template.spec.containers;
  expect(container.args).toEqual(["bootstrap", "--credentials-file=/etc/polaris-root/credentials.json"]);
  expect(container.env.filter(({ value }) => value)).toEqual([
    { name: "polaris.persistence.type", value: "relational-jdbc" },
  ]);
  expect(template.spec.securityContext).toMatchObject({
    runAsNonRoot: true,
    seccompProfile: { type: "RuntimeDefault" },
  });
  expect(container.securityContext).toMatchObject({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true });
  const { data } = object(stacks, "ExternalSecret", /^polaris-root$/).spec.target.template;
  expect(JSON.parse(data["credentials.json"] ?? "")).toEqual({
    POLARIS: { "client-id": "root", "client-secret": "{{ .root_client_secret }}" },
  });
});

test("makes the catalogue and a user for engines, who may do all with its content", () => {
  const stacks = polaris();
  const [script = ""] =
    object(stacks, "Job", /^polaris-setup-/).spec.template.spec.containers[0].command?.slice(2) ?? [];
  const calls = script.split("\n").filter((line) => line.startsWith("call '"));
  expect(calls.map((line) => line.split(" /etc/")[0]?.replace(/^call '[\d ]+' /, ""))).toEqual([
    "POST /catalogs",
    "POST /principals",
    "POST /principals/engines/reset",
    "POST /principal-roles",
    "PUT /principals/engines/principal-roles",
    "POST /catalogs/polaris/catalog-roles",
    "PUT /catalogs/polaris/catalog-roles/engines/grants",
    "PUT /principal-roles/engines/catalog-roles/polaris",
  ]);
  // what is there already is well, except that a password must have been taken
  expect(calls.filter((line) => !line.includes("409")).map((line) => line.includes("/reset"))).toEqual([true]);
  const { data } = object(stacks, "ConfigMap", /^polaris-setup$/) as unknown as { data: Record<string, string> };
  expect(JSON.parse(data["catalog.json"] ?? "")).toMatchObject({
    catalog: {
      name: "polaris",
      properties: { "default-base-location": "s3://polaris/" },
      storageConfigInfo: {
        endpoint: "http://seaweedfs-all-in-one.data-platform.svc:8333",
        pathStyleAccess: true,
        stsUnavailable: true,
      },
    },
  });
  expect(JSON.stringify(data)).not.toMatch(/secret/i);
});

test("gives engines a login, which Trino takes from its environment", () => {
  const { made, services, common } = polaris();
  const worker = { requests: { cpu: "1", memory: "4Gi" }, limits: { memory: "4Gi" } };
  new Trino(services, "Trino", {
    ...common,
    workers: 1,
    coordinator: small,
    worker,
    catalogs: [made.catalog("polaris")],
  });
  const { catalogs } = valuesOf(services, "trino") as { catalogs: Readonly<Record<string, string>> };
  expect(catalogs.polaris?.split("\n")).toEqual(
    expect.arrayContaining([
      "iceberg.rest-catalog.uri=http://polaris.data-platform.svc:8181/api/catalog/",
      "iceberg.rest-catalog.security=OAUTH2",
      "iceberg.rest-catalog.oauth2.server-uri=http://polaris.data-platform.svc:8181/api/catalog/v1/oauth/tokens",
      `iceberg.rest-catalog.oauth2.credential=\${ENV:POLARIS_CLIENT_ID}:\${ENV:POLARIS_CLIENT_SECRET}`,
      "iceberg.rest-catalog.oauth2.scope=PRINCIPAL_ROLE:ALL",
    ]),
  );
});

test("calls what it needs and is called by its jobs", () => {
  const { flows } = polaris();
  const rows = flows.flows.filter(({ from }) => from.name.startsWith("polaris"));
  expect(rows.map(({ from, to, ports }) => `${from.name} -> ${to.name} ${ports.join(",")}`)).toEqual([
    "polaris-bootstrap -> postgres 5432",
    "polaris -> postgres 5432",
    "polaris -> seaweedfs 8333",
    "polaris-setup -> polaris 8181",
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
  expect(() => polaris(stacks, { database: mariadb.database("polaris") })).toThrow("database is of mysql: use one of");
});

const data = ChartData.find();

(data ? test : test.skip)("sets values that the chart knows", () => {
  const { services } = polaris(serviceStacks({ imageRegistry: "localhost:5001" }), {
    config: { "quarkus.log.level": "DEBUG" },
    image: "docker.io/apache/polaris:1.7.1",
  });
  const contract = {
    defaults: data?.values("polaris") ?? {},
    schema: data?.schema("polaris"),
    free: ["advancedConfig"],
  };
  const values = valuesOf(services, "polaris");
  expect(valuesProblems(values, contract)).toEqual([]);
  expect(values.image).toEqual({ repository: "localhost:5001/apache/polaris", tag: "1.7.1" });
});
