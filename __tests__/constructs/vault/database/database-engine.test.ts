import { DatabaseEngine, dynamicSecret, VaultSecrets, type VaultSecretsProps } from "../../../../constructs/vault";
import { lake, testStack } from "../../../support/test-stack";
import { all, documentOf, only, reference, where } from "../../gke/synthesized";

const ca = "-----BEGIN CERTIFICATE-----";
const server = { name: "postgres-sales", host: "postgres-rw.lake.svc", port: 5432 } as const;
const postgres = { ...server, engine: "postgresql", database: "sales", username: "vault-sales" } as const;
const statements = { creation: ["CREATE"], revocation: ["DROP"] };

function databaseEngine(versions?: VaultSecretsProps["versions"]) {
  const stack = testStack();
  const secrets = new VaultSecrets(stack, "Secrets", { versions });
  return { stack, secrets, engine: new DatabaseEngine(stack, "Databases", { secrets, ca }) };
}

describe("a connection", () => {
  it("has an administrator whose password is made in the moment it is written, to Vault's KV and to the engine", () => {
    const { stack, engine, secrets } = databaseEngine();
    const { admin } = engine.connection(postgres);
    expect(secrets.find("platform/database-engine/postgres-sales")).toEqual(admin);
    const [[password = ""] = []] = Object.entries(
      (documentOf(stack) as { ephemeral?: { random_password: object } }).ephemeral?.random_password ?? {},
    );
    const value = `ephemeral.random_password.${password}.result`;
    expect(only(stack, "vault_kv_secret_v2").data_json_wo).toBe(
      reference(`jsonencode({"password" = ${value}, "username" = "vault-sales"})`),
    );
    expect(only(stack, "vault_database_secret_backend_connection").postgresql).toMatchObject({
      username: "vault-sales",
      password_wo: reference(value),
      password_wo_version: 1,
    });
  });

  it("keeps no password where Terraform would keep it", () => {
    const { stack, engine } = databaseEngine();
    engine.connection(postgres);
    engine.connection({ ...postgres, name: "mariadb", engine: "mysql" });
    const blocks = all(stack, "vault_database_secret_backend_connection");
    expect(blocks).toHaveLength(2);
    for (const block of blocks) {
      const settings = (block.postgresql ?? block.mysql) as object;
      expect(settings).not.toHaveProperty("password");
      expect(settings).toHaveProperty("connection_url", expect.stringContaining("{{username}}:{{password}}@"));
    }
  });

  it("rotates with the version of the administrator's secret, in one apply", () => {
    const { stack, engine } = databaseEngine({ "platform/database-engine/postgres-sales": 3 });
    engine.connection(postgres);
    expect(only(stack, "vault_kv_secret_v2").data_json_wo_version).toBe(3);
    expect(only(stack, "vault_database_secret_backend_connection").postgresql).toMatchObject({
      password_wo_version: 3,
    });
  });

  it("is not tried when it is made, since the server comes later, and checks whom it talks to", () => {
    const { stack, engine } = databaseEngine();
    engine.connection(postgres);
    expect(only(stack, "vault_database_secret_backend_connection")).toMatchObject({
      backend: "database",
      verify_connection: false,
      postgresql: {
        connection_url: "postgresql://{{username}}:{{password}}@postgres-rw.lake.svc:5432/sales?sslmode=verify-full",
        tls_ca: ca,
        password_authentication: "scram-sha-256",
      },
    });
  });

  it("encrypts without a check where the server's authority is not known", () => {
    const { stack, engine } = databaseEngine();
    const other = {
      name: "mariadb",
      engine: "mysql",
      host: "mariadb.lake.svc",
      port: 3306,
      username: "admin",
    } as const;
    engine.connection({ ...other, verified: false });
    const { mysql } = only(stack, "vault_database_secret_backend_connection") as { mysql: object };
    expect(mysql).toMatchObject({
      connection_url: "{{username}}:{{password}}@tcp(mariadb.lake.svc:3306)/?tls=skip-verify",
    });
    expect(mysql).not.toHaveProperty("tls_ca");
  });

  it("comes after the audit devices", () => {
    const { stack, engine, secrets } = databaseEngine();
    engine.connection(postgres);
    expect(secrets.first).toHaveLength(2);
    expect(only(stack, "vault_database_secret_backend_connection").depends_on).toHaveLength(2);
  });

  it("refuses a name that is there", () => {
    const { engine } = databaseEngine();
    engine.connection(postgres);
    expect(() => engine.connection({ ...postgres, database: "other" })).toThrow(
      'connection "postgres-sales" is there twice: share it or use another name',
    );
  });
});

describe("a role", () => {
  it("lives an hour at most and is one that its connection allows, by name", () => {
    const { stack, engine } = databaseEngine();
    const connection = engine.connection(postgres);
    connection.role("sales-rw", statements);
    connection.role("sales-ro", statements);
    expect(only(stack, "vault_database_secret_backend_connection").allowed_roles).toEqual(["sales-ro", "sales-rw"]);
    expect(where(stack, "vault_database_secret_backend_role", "name", "sales-ro")).toMatchObject({
      backend: "database",
      creation_statements: ["CREATE"],
      revocation_statements: ["DROP"],
      default_ttl: 3600,
      max_ttl: 3600,
    });
  });

  it("is refused when another connection has it", () => {
    const { engine } = databaseEngine();
    engine.connection(postgres).role("reader", statements);
    const other = engine.connection({ ...postgres, name: "other" });
    expect(() => other.role("reader", statements)).toThrow('role "reader" is there twice');
  });
});

describe("a Kubernetes Secret with credentials for a time", () => {
  function delivered() {
    const { stack, engine } = databaseEngine();
    const role = engine.connection(postgres).role("sales-ro", statements);
    const secret = dynamicSecret({
      name: "trino-databases",
      namespace: lake,
      vaultIssuer: "platform-ca",
      roles: { sales: role },
      composed: { file: "{{ .sales_username }}" },
    });
    return { stack, engine, secret, role };
  }

  it("is asked for by a Vault role of its own, whose token lives as long as the lease and reads nothing else", () => {
    const { stack, engine } = delivered();
    expect(only(stack, "vault_kubernetes_auth_backend_role")).toMatchObject({
      role_name: "lake-vault-reader-sales-ro",
      bound_service_account_names: ["vault-reader"],
      bound_service_account_namespaces: ["lake"],
      audience: "vault",
      token_ttl: 3600,
      token_max_ttl: 3600,
    });
    expect(only(stack, "vault_policy").policy).toBe('path "database/creds/sales-ro" {\n  capabilities = ["read"]\n}\n');
    expect(engine.inventory).toEqual([{ role: "sales-ro", readers: ["lake/vault-reader"] }]);
  });

  it("is replaced three times in the life of a lease, so that an old credential outlives the change", () => {
    const [, object] = delivered().secret.objects;
    expect(object).toMatchObject({
      kind: "ExternalSecret",
      spec: {
        refreshInterval: "20m",
        target: { name: "trino-databases", template: { data: { file: "{{ .sales_username }}" } } },
        dataFrom: [
          {
            sourceRef: { generatorRef: { kind: "VaultDynamicSecret", name: "trino-databases-sales-ro" } },
            rewrite: [{ regexp: { source: "(.*)", target: "sales_$1" } }],
          },
        ],
      },
    });
  });

  it("logs in with the namespace's reader and trusts Vault's authority", () => {
    const [generator] = delivered().secret.objects;
    expect(generator).toMatchObject({
      apiVersion: "generators.external-secrets.io/v1alpha1",
      kind: "VaultDynamicSecret",
      metadata: { name: "trino-databases-sales-ro", namespace: "lake" },
      spec: {
        method: "GET",
        path: "database/creds/sales-ro",
        provider: {
          server: "https://vault-active.vault.svc:8200",
          caProvider: { type: "Secret", name: "vault-reader-tls", key: "ca.crt" },
          auth: {
            kubernetes: {
              mountPath: "kubernetes",
              role: "lake-vault-reader-sales-ro",
              serviceAccountRef: { name: "vault-reader", audiences: ["vault"] },
            },
          },
        },
      },
    });
  });

  it("may be asked for twice by the same reader", () => {
    const { stack, engine, role } = delivered();
    const reader = { namespace: "lake", serviceAccount: "vault-reader" };
    expect(engine.grant(role, reader)).toBe("lake-vault-reader-sales-ro");
    expect(all(stack, "vault_policy")).toHaveLength(1);
  });
});
