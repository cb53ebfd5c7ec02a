import { MariaDb, Postgres } from "../../../constructs/services";
import { type DeliveredObject, objectsOf, releasesOf } from "../../support/releases";
import { namespace, type ServiceStacks, serviceStacks, small } from "./service-stacks";

const size = { namespace, storage: "10Gi", resources: small } as const;

function object(stacks: ServiceStacks, kind: string, name: string): DeliveredObject {
  const found = objectsOf(releasesOf(stacks.services)).filter(
    (candidate) => candidate.kind === kind && candidate.metadata.name === name,
  );
  expect(found).toHaveLength(1);
  return found[0] as DeliveredObject;
}

describe("Postgres", () => {
  const postgres = (stacks: ServiceStacks, instances = 1) =>
    new Postgres(stacks.services, "Postgres", { ...size, context: stacks.context, instances });

  test("is a cluster with an exact image, without superuser access and without plaintext", () => {
    const stacks = serviceStacks({ imageRegistry: "localhost:5001" });
    postgres(stacks);
    expect(object(stacks, "Cluster", "postgres").spec).toMatchObject({
      instances: 1,
      imageName: expect.stringMatching(/^localhost:5001\/cloudnative-pg\/postgresql:\d+\.\d+$/),
      enableSuperuserAccess: false,
      storage: { size: "10Gi" },
      resources: small,
      postgresql: { parameters: { shared_buffers: "256MB" }, pg_hba: ["hostnossl all all all reject"] },
    });
  });

  test.each([
    { instances: 1, enablePDB: false },
    { instances: 3, enablePDB: true },
  ])("of $instances instances has a disruption budget: $enablePDB", ({ instances, enablePDB }) => {
    const stacks = serviceStacks();
    postgres(stacks, instances);
    expect(object(stacks, "Cluster", "postgres").spec).toMatchObject({ enablePDB });
  });

  test("gives each database an owner whose password comes from Vault and follows it", () => {
    const stacks = serviceStacks();
    const database = postgres(stacks).database("nessie");
    expect(database).toMatchObject({
      engine: "postgresql",
      database: "nessie",
      jdbcUrl: "jdbc:postgresql://postgres-rw.data-platform.svc:5432/nessie?sslmode=require",
      username: { secret: { mount: "platform", path: "postgres/nessie" }, key: "username" },
      password: { secret: { mount: "platform", path: "postgres/nessie" }, key: "password" },
    });
    expect(object(stacks, "DatabaseRole", "postgres-nessie").spec).toMatchObject({
      name: "nessie",
      login: true,
      passwordSecret: { name: "postgres-nessie-role" },
    });
    expect(object(stacks, "Database", "postgres-nessie").spec).toMatchObject({ name: "nessie", owner: "nessie" });
    expect(object(stacks, "ExternalSecret", "postgres-nessie-role").spec).toMatchObject({
      target: { template: { type: "kubernetes.io/basic-auth", metadata: { labels: { "cnpg.io/reload": "true" } } } },
    });
    expect(stacks.vaultSecrets.inventory).toMatchObject([
      {
        ref: { mount: "platform", path: "postgres/nessie", keys: ["password", "username"], version: 1 },
        readers: ["data-platform/vault-reader"],
      },
    ]);
  });

  test("shows a certificate for its names that the operator reads anew when it is renewed", () => {
    const stacks = serviceStacks();
    const database = postgres(stacks).database("nessie");
    expect(object(stacks, "Certificate", "postgres-tls").spec).toMatchObject({
      secretName: "postgres-tls",
      dnsNames: expect.arrayContaining([database.host]),
      issuerRef: { kind: "ClusterIssuer", name: stacks.context.certificates.issuer },
      secretTemplate: { labels: { "cnpg.io/reload": "true" } },
    });
    expect(object(stacks, "Cluster", "postgres").spec).toMatchObject({
      certificates: { serverTLSSecret: "postgres-tls", serverCASecret: "postgres-tls" },
    });
    expect(database.verifiedJdbcUrl?.("/tls/ca.crt")).toBe(
      "jdbc:postgresql://postgres-rw.data-platform.svc:5432/nessie?sslmode=verify-full&sslrootcert=/tls/ca.crt",
    );
  });

  test("refuses a database that is there twice and a name that would have to be quoted", () => {
    const made = postgres(serviceStacks());
    made.database("nessie");
    expect(() => made.database("nessie")).toThrow('database "nessie" is there twice');
    expect(() => made.database("Nessie-1")).toThrow('database is "Nessie-1": use at most 41 lower-case letters');
  });

  test.each([
    { allowDestroy: false, annotations: { "helm.sh/resource-policy": "keep" }, policy: "retain" },
    { allowDestroy: true, annotations: {}, policy: "delete" },
  ])("with allowDestroy $allowDestroy has the policy $policy for data", ({ allowDestroy, annotations, policy }) => {
    const stacks = serviceStacks({ allowDestroy });
    postgres(stacks).database("nessie");
    expect(object(stacks, "Cluster", "postgres").metadata.annotations).toEqual(annotations);
    expect(object(stacks, "Database", "postgres-nessie").spec).toMatchObject({ databaseReclaimPolicy: policy });
    expect(object(stacks, "DatabaseRole", "postgres-nessie").spec).toMatchObject({ databaseRoleReclaimPolicy: policy });
  });

  test.each([
    { instances: 1, flows: ["postgres -> api-server 6443", "cloudnative-pg -> postgres 5432,8000"] },
    {
      instances: 3,
      flows: ["postgres -> api-server 6443", "cloudnative-pg -> postgres 5432,8000", "postgres -> postgres 5432,8000"],
    },
  ])("with $instances instances opens just its flows", ({ instances, flows }) => {
    const stacks = serviceStacks();
    postgres(stacks, instances);
    expect(rows(stacks)).toEqual(flows);
  });
});

describe("MariaDb", () => {
  const mariadb = (stacks: ServiceStacks, replicas = 1) =>
    new MariaDb(stacks.services, "MariaDb", { ...size, context: stacks.context, replicas });

  test("runs restricted, with TLS demanded and a root password from Vault", () => {
    const stacks = serviceStacks();
    mariadb(stacks);
    expect(object(stacks, "MariaDB", "mariadb").spec).toMatchObject({
      replicas: 1,
      image: expect.stringMatching(/mariadb:\d+\.\d+\.\d+$/),
      rootPasswordSecretKeyRef: { name: "mariadb-root", key: "password", generate: false },
      podSecurityContext: { runAsNonRoot: true, runAsUser: 999, seccompProfile: { type: "RuntimeDefault" } },
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      tls: { enabled: true, required: true },
      storage: { size: "10Gi", pvcRetentionPolicy: { whenDeleted: "Retain" } },
      myCnf: expect.stringContaining("innodb_buffer_pool_size=512M"),
    });
    expect(object(stacks, "MariaDB", "mariadb").spec).not.toHaveProperty("galera");
  });

  test("gives each database a user with rights on that database only", () => {
    const stacks = serviceStacks();
    expect(mariadb(stacks).database("hive")).toMatchObject({
      engine: "mysql",
      jdbcUrl: "jdbc:mariadb://mariadb.data-platform.svc:3306/hive?sslMode=trust",
    });
    expect(object(stacks, "User", "mariadb-hive").spec).toMatchObject({
      name: "hive",
      passwordSecretKeyRef: { name: "mariadb-hive-user", key: "password" },
    });
    expect(object(stacks, "Grant", "mariadb-hive").spec).toMatchObject({ database: "hive", username: "hive" });
    expect(object(stacks, "Database", "mariadb-hive").spec).toMatchObject({ cleanupPolicy: "Skip" });
  });

  test("is a Galera cluster with several servers, written to at its primary", () => {
    const stacks = serviceStacks();
    const made = mariadb(stacks, 3);
    expect(made.host).toBe("mariadb-primary.data-platform.svc");
    expect(object(stacks, "MariaDB", "mariadb").spec).toMatchObject({ galera: { enabled: true } });
    expect(rows(stacks)).toEqual([
      "mariadb-operator -> mariadb 3306,5555,5566",
      "mariadb -> api-server 6443",
      "mariadb -> mariadb 3306,4444,4567,4568,5555,5566",
    ]);
  });

  test("refuses an even number of servers", () => {
    expect(() => mariadb(serviceStacks(), 2)).toThrow("replicas is 2: use an odd number such as 1 or 3");
  });
});

function rows({ flows }: ServiceStacks): readonly string[] {
  return flows.flows.map(({ from, to, ports }) => `${from.name} -> ${to.name} ${ports.join(",")}`);
}
