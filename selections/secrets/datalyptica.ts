import type { SecretsInput, ServicesInput } from "../../environments/schema";

const core = "datalyptica-core";
const apps = "datalyptica-apps";

/**
 * The secrets of the Datalyptica platform under the names and keys that its services know, in the namespaces that use them:
 * administrators' passwords stay where their service runs. All are generated; none has a default.
 *
 * @see docs/migration/promises.md
 */
export function datalypticaSecrets(): Declared {
  return Object.fromEntries(
    Object.entries(promised).map(([name, { keys, copies }]) => [
      `datalyptica/${name}`,
      { keys, owner: "data platform", copies: copies?.map((copy) => ({ ...copy, name })) },
    ]),
  );
}

/** Lets services take passwords and key pairs from {@link datalypticaSecrets}. */
export const datalypticaFromSecrets = {
  postgres: {
    credentials: {
      nessie: "datalyptica/postgresql-credentials#nessie-password",
      airflow: "datalyptica/postgresql-credentials#airflow-password",
      superset: "datalyptica/postgresql-credentials#superset-password",
      mlflow: "datalyptica/postgresql-credentials#mlflow-password",
    },
  },
  valkey: {
    credentials: {
      airflow: "datalyptica/redis-credentials#redis-password",
      superset: "datalyptica/redis-credentials#redis-password",
    },
  },
  clickhouse: { credentials: { default: "datalyptica/clickhouse-credentials#password" } },
  airflow: {
    credentials: {
      fernetKey: "datalyptica/airflow-credentials#fernet-key",
      secretKey: "datalyptica/airflow-credentials#secret-key",
      adminUser: "datalyptica/airflow-credentials#admin-user",
      adminPassword: "datalyptica/airflow-credentials#admin-password",
    },
  },
  superset: {
    credentials: {
      secretKey: "datalyptica/superset-credentials#secret-key",
      adminPassword: "datalyptica/superset-credentials#admin-password",
    },
  },
  monitoring: { grafana: { adminPassword: "datalyptica/grafana-credentials#admin-password" } },
  objectStore: {
    credentials: {
      warehouse: {
        accessKey: "datalyptica/minio-credentials#access-key",
        secretKey: "datalyptica/minio-credentials#secret-key",
      },
    },
  },
} as const satisfies ServicesInput;

type Declared = NonNullable<SecretsInput["declared"]>;

interface Promised {
  readonly keys: Declared[string]["keys"];
  /** None for a secret that its service copies itself. */
  readonly copies?: readonly { readonly namespace: string; readonly keys?: string[] }[];
}

const password = { generate: 32 };

const promised: Readonly<Record<string, Promised>> = {
  "postgresql-credentials": {
    keys: {
      "postgres-password": password,
      "nessie-password": password,
      "airflow-password": password,
      "superset-password": password,
      "mlflow-password": password,
    },
    copies: [
      { namespace: core },
      { namespace: apps, keys: ["airflow-password", "superset-password", "mlflow-password"] },
    ],
  },
  "redis-credentials": {
    keys: { "redis-password": password },
    copies: [{ namespace: core }, { namespace: apps }],
  },
  "minio-credentials": {
    keys: {
      "root-user": { generate: 20 },
      "root-password": password,
      "access-key": { generate: 20 },
      "secret-key": { generate: 40 },
    },
    copies: [{ namespace: core }, { namespace: apps, keys: ["access-key", "secret-key"] }],
  },
  "clickhouse-credentials": {
    keys: { username: { value: "default" }, password },
    copies: [{ namespace: apps }],
  },
  "airflow-credentials": {
    keys: {
      "fernet-key": { fernet: true },
      "secret-key": { generate: 64 },
      "admin-user": { value: "admin" },
      "admin-password": password,
    },
    copies: [{ namespace: apps }],
  },
  "superset-credentials": {
    keys: { "secret-key": { generate: 64 }, "admin-password": password },
    copies: [{ namespace: apps }],
  },
  // Monitoring makes the Secret of this name where it runs.
  "grafana-credentials": { keys: { "admin-password": password } },
};
