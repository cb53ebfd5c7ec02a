import { DataPlatformServices } from "../../../catalogue/assembly/data-platform-services";
import { MariaDb, Postgres } from "../../../constructs/services";
import { DatabaseEngine } from "../../../constructs/vault";
import type { Services } from "../../../environments/schema";
import { coreServices } from "../../catalogue/every-service";
import { type DeliveredObject, objectsOf, releasesOf } from "../../support/releases";
import { all, where } from "../gke/synthesized";
import { namespace, type ServiceStacks, serviceStacks, small } from "./service-stacks";

const size = { namespace, storage: "10Gi", resources: small } as const;
const roleBlock = "vault_database_secret_backend_role";

function stacksWithEngine(): ServiceStacks {
  return serviceStacks({}, { databases: true });
}

function specOf(stacks: ServiceStacks, kind: string, name: string): DeliveredObject["spec"] {
  const found = objectsOf(releasesOf(stacks.services)).filter(
    (candidate) => candidate.kind === kind && candidate.metadata.name === name,
  );
  expect(found).toHaveLength(1);
  return found[0]?.spec;
}

function statementsOf(stacks: ServiceStacks, role: string): string {
  const { creation_statements, revocation_statements } = where(stacks.secrets, roleBlock, "name", role);
  return JSON.stringify({ creation_statements, revocation_statements });
}

describe("PostgreSQL's credentials for a time", () => {
  const database = (stacks: ServiceStacks, name = "sales") =>
    new Postgres(stacks.services, "Postgres", { ...size, context: stacks.context, instances: 1 }).database(name);

  test("are of a role that reads and of one that writes, for each database", () => {
    const stacks = stacksWithEngine();
    const { leases } = database(stacks, "sales_eu");
    expect(leases).toMatchObject({
      readOnly: { name: "postgres-sales-eu-read-only" },
      readWrite: { name: "postgres-sales-eu-read-write" },
    });
    const readOnly = statementsOf(stacks, "postgres-sales-eu-read-only");
    expect(readOnly).toContain("GRANT SELECT ON ALL TABLES");
    expect(readOnly).not.toMatch(/INSERT|UPDATE|DELETE|USAGE ON SEQUENCES/);
    expect(statementsOf(stacks, "postgres-sales-eu-read-write")).toContain(
      'FOR ROLE \\"sales_eu\\" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO \\"sales_eu-read-write\\"',
    );
  });

  test("end by themselves in the database too, with their sessions", () => {
    const stacks = stacksWithEngine();
    database(stacks);
    for (const role of ["postgres-sales-read-only", "postgres-sales-read-write"]) {
      const statements = statementsOf(stacks, role);
      expect(statements).toContain("VALID UNTIL '{{expiration}}'");
      expect(statements).toContain("pg_terminate_backend");
      expect(statements).not.toMatch(/SUPERUSER|CREATEROLE|CREATEDB/);
    }
  });

  test("are made by an administrator of that database, which the operator makes with the password from Vault", () => {
    const stacks = stacksWithEngine();
    database(stacks);
    expect(specOf(stacks, "DatabaseRole", "postgres-sales-vault")).toEqual({
      cluster: { name: "postgres" },
      name: "vault-sales",
      login: true,
      createrole: true,
      inRoles: ["sales"],
      passwordSecret: { name: "postgres-sales-vault" },
      databaseRoleReclaimPolicy: "retain",
    });
    expect(specOf(stacks, "ExternalSecret", "postgres-sales-vault")).toMatchObject({
      target: { template: { type: "kubernetes.io/basic-auth", metadata: { labels: { "cnpg.io/reload": "true" } } } },
      data: [
        { secretKey: "username", remoteRef: { key: "platform/database-engine/postgres-sales" } },
        { secretKey: "password", remoteRef: { key: "platform/database-engine/postgres-sales" } },
      ],
    });
  });

  test("need Vault to reach the server", () => {
    const stacks = stacksWithEngine();
    database(stacks);
    expect(stacks.flows.flows).toContainEqual(
      expect.objectContaining({
        from: expect.objectContaining({ name: "vault" }),
        to: expect.objectContaining({ name: "postgres" }),
        ports: [5432],
      }),
    );
  });

  test("are not there without Vault's database engine", () => {
    const stacks = serviceStacks();
    expect(database(stacks).leases).toBeUndefined();
    expect(stacks.flows.flows.map(({ from }) => from.name)).not.toContain("vault");
    expect(all(stacks.secrets, roleBlock)).toEqual([]);
  });
});

describe("MariaDB's credentials for a time", () => {
  test("are of one connection with the promised name, whose administrator may make users and pass on rights", () => {
    const stacks = stacksWithEngine();
    const server = new MariaDb(stacks.services, "MariaDb", { ...size, context: stacks.context, replicas: 1 });
    server.database("hive");
    server.database("kyuubi");
    server.promiseRole("kyuubi-role", "kyuubi");
    const [connection, ...others] = all(stacks.secrets, "vault_database_secret_backend_connection");
    expect(others).toEqual([]);
    expect(connection).toMatchObject({
      name: "mariadb",
      allowed_roles: [
        "kyuubi-role",
        "mariadb-hive-read-only",
        "mariadb-hive-read-write",
        "mariadb-kyuubi-read-only",
        "mariadb-kyuubi-read-write",
      ],
      mysql: { connection_url: expect.stringContaining("@tcp(mariadb.data-platform.svc:3306)/") },
    });
    expect(specOf(stacks, "Grant", "mariadb-vault")).toMatchObject({ database: "*", privileges: ["CREATE USER"] });
    expect(specOf(stacks, "Grant", "mariadb-hive-vault")).toMatchObject({
      username: "vault-admin",
      database: "hive",
      privileges: ["SELECT", "INSERT", "UPDATE", "DELETE"],
      grantOption: true,
    });
    expect(specOf(stacks, "User", "mariadb-vault")).toMatchObject({ name: "vault-admin", require: { ssl: true } });
    expect(statementsOf(stacks, "kyuubi-role")).toContain("GRANT SELECT, INSERT, UPDATE, DELETE ON `kyuubi`.*");
    expect(statementsOf(stacks, "mariadb-hive-read-only")).toContain("GRANT SELECT ON `hive`.* TO");
  });
});

describe("Trino", () => {
  const settings: Services = {
    ...coreServices,
    postgres: { ...coreServices.postgres, databases: ["sales", "stock"] } as Services["postgres"],
    trino: { ...coreServices.trino, databases: ["sales"] } as Services["trino"],
  };
  const build = (stacks: ServiceStacks, services = settings) =>
    new DataPlatformServices(stacks.services, "Services", { context: stacks.context, services });

  test("reads a database with credentials that its driver takes from a file at each connection", () => {
    const stacks = stacksWithEngine();
    build(stacks);
    const trino = releasesOf(stacks.services).find(({ name }) => name === "trino")?.values as {
      readonly catalogs: { readonly [name: string]: string };
      readonly env: readonly object[];
      readonly secretMounts: readonly object[];
    };
    expect(trino.catalogs.sales).toContain("connector.name=postgresql");
    expect(trino.catalogs.sales).toContain("service=sales");
    expect(trino.catalogs.sales).not.toMatch(/connection-(user|password)/);
    expect(trino.catalogs).not.toHaveProperty("stock");
    expect(trino.env).toEqual([{ name: "PGSERVICEFILE", value: "/etc/trino-databases/pg_service.conf" }]);
    expect(trino.secretMounts).toContainEqual({
      name: "trino-databases",
      secretName: "trino-databases",
      path: "/etc/trino-databases",
    });
    expect(specOf(stacks, "ExternalSecret", "trino-databases")).toMatchObject({
      target: {
        template: {
          data: { "pg_service.conf": "[sales]\nuser={{ .sales_username }}\npassword={{ .sales_password }}\n" },
        },
      },
    });
    // A restart for each credential would end every query.
    expect(JSON.stringify(trino)).not.toMatch(/reload":"[^"]*trino-databases/);
  });

  test("gets the role that reads, and no other", () => {
    const stacks = stacksWithEngine();
    build(stacks);
    const granted = stacks.context.databases?.inventory.filter(({ readers }) => readers.length > 0);
    expect(granted).toEqual([{ role: "postgres-sales-read-only", readers: ["data-platform/vault-reader"] }]);
  });

  test("refuses a database that is not there, and one without credentials for a time", () => {
    const trino = { ...coreServices.trino, databases: ["stok"] } as Services["trino"];
    expect(() => build(stacksWithEngine(), { ...settings, trino })).toThrow(
      "trino needs the database stok of postgres, which is off",
    );
    expect(() => build(serviceStacks())).toThrow('database "sales" has no credentials for a time: let Vault keep');
  });

  test("has neither file nor mount without databases", () => {
    const stacks = stacksWithEngine();
    build(stacks, coreServices);
    const { values } = releasesOf(stacks.services).find(({ name }) => name === "trino") ?? {};
    expect(values).toMatchObject({ env: [], secretMounts: [] });
    expect(stacks.context.databases).toBeInstanceOf(DatabaseEngine);
  });
});
