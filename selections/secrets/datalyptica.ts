import type { SecretsInput, ServicesInput } from "../../environments/schema";

/** What differs between places where the Datalyptica services run. */
export interface DatalypticaSecretsOptions {
  /**
   * Whether services run in `datalyptica-monitoring`, which then has Grafana's password.
   *
   * @default false
   */
  readonly monitoring?: boolean;
}

const core = "datalyptica-core";
const apps = "datalyptica-apps";

/**
 * The secrets of the Datalyptica platform under the names and keys that its services know, in the namespaces that use them:
 * administrators' passwords stay where their service runs. All are generated; none has a default.
 *
 * @see docs/migration/promises.md
 */
export function datalypticaSecrets({ monitoring = false }: DatalypticaSecretsOptions = {}): Declared {
  const grafana: Promised = {
    keys: { "admin-password": password },
    copies: monitoring ? [{ namespace: "datalyptica-monitoring" }] : undefined,
  };
  return Object.fromEntries(
    Object.entries({ ...promised, "grafana-credentials": grafana }).map(([name, { keys, copies }]) => [
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
  /** None for a secret whose namespace is not there. */
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
};
