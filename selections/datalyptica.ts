import type { EnvironmentInput, ServicesInput } from "../environments/schema";
import { withOverrides } from "./merge";
import { datalypticaFromSecrets } from "./secrets/datalyptica";

/** How much of the platform there is. */
export interface DatalypticaOptions {
  /**
   * `full`: all services of the platform. `minimal`: SQL over tables in the object store (PostgreSQL, Valkey, object store,
   * Nessie, Trino) with smaller volumes.
   *
   * @default "full"
   */
  readonly profile?: DatalypticaProfile;
}

/** See {@link DatalypticaOptions.profile}. */
export type DatalypticaProfile = "minimal" | "full";

/** What the services of each profile ask for at most on a laptop; the base layer and its operators are counted apart. */
export const datalypticaBounds = {
  minimal: { cpu: "2", memory: "4Gi", storage: "20Gi" },
  full: { cpu: "16", memory: "32Gi", storage: "200Gi" },
} as const;

const core = "datalyptica-core";
const apps = "datalyptica-apps";

/**
 * Databases, streaming, SQL, batch and dashboards under the names and ports that clients of the Datalyptica platform know:
 * what keeps data is in namespace `datalyptica-core`, what works on it in `datalyptica-apps`.
 *
 * @param overrides settings to change or services to add
 * @see docs/migration/promises.md
 */
export function datalyptica(
  overrides: ServicesInput = {},
  { profile = "full" }: DatalypticaOptions = {},
): ServicesInput {
  return withOverrides<ServicesInput>(profile === "full" ? full : minimal, overrides);
}

/** Namespaces of the platform with the accounts that look into them. */
export const datalypticaNamespaces = {
  [core]: { account: { name: core } },
  [apps]: { account: { name: apps } },
  "datalyptica-monitoring": {},
} as const satisfies NonNullable<EnvironmentInput["namespaces"]>;

const pod = (cpu: `${number}` | `${number}m`, memory: `${number}${"Mi" | "Gi"}`) => ({ requests: { cpu, memory } });

const common: ServicesInput = {
  postgres: {
    ...datalypticaFromSecrets.postgres,
    namespace: core,
    storage: "10Gi",
    databases: ["mlflow"],
    aliases: [{ name: "postgresql", ports: { "5432": "postgresql" } }],
  },
  valkey: {
    ...datalypticaFromSecrets.valkey,
    namespace: core,
    storage: "5Gi",
    aliases: [{ name: "redis", ports: { "6379": "redis" } }],
  },
  objectStore: {
    ...datalypticaFromSecrets.objectStore,
    namespace: core,
    storage: "50Gi",
    console: true,
    aliases: [{ name: "minio", ports: { "9000": "s3", "9001": "console" } }],
  },
  nessie: { namespace: core },
  trino: {
    namespace: apps,
    workers: 2,
    aliases: [{ name: "trino-coordinator", ports: { "8080": "http" } }],
  },
};

const full: ServicesInput = {
  ...common,
  kafka: {
    namespace: core,
    // What users of topics reach inside the namespace only; everybody else speaks TLS.
    plain: true,
    pools: [{ name: "node", roles: ["controller", "broker"], replicas: 1, storage: "10Gi" }],
    aliases: [{ name: "kafka", ports: { "9092": "plain", "9093": "tls" } }],
  },
  schemaRegistry: { namespace: core, aliases: [{ name: "schema-registry", ports: { "8085": "http" } }] },
  flink: {
    namespace: apps,
    // As before: jobs of the session end with its job manager. Keeping them needs a namespace of Flink's own.
    highAvailability: false,
    taskManager: { replicas: 2, slots: 2 },
    aliases: [{ name: "flink-jobmanager", ports: { "6123": "rpc", "8081": "http" } }],
  },
  spark: {
    namespace: apps,
    // Pods of 4Gi, of which a quarter is for the worker itself and for what executors need beside their heaps.
    workers: { replicas: 2, cores: 2, memory: "3Gi" },
  },
  clickhouse: {
    ...datalypticaFromSecrets.clickhouse,
    namespace: apps,
    storage: "20Gi",
    aliases: [{ name: "clickhouse", ports: { "8123": "http", "9000": "native" } }],
  },
  airflow: {
    ...datalypticaFromSecrets.airflow,
    namespace: apps,
    executor: "celery",
    workers: { replicas: 2, resources: pod("200m", "1Gi"), concurrency: 2 },
    aliases: [{ name: "airflow-webserver", ports: { "8082": "http" } }],
  },
  superset: {
    ...datalypticaFromSecrets.superset,
    namespace: apps,
    serverWorkers: 4,
    // Nothing in the background, as before: no alerts, no reports.
    workers: { replicas: 0 },
    aliases: [{ name: "superset", ports: { "8088": "http" } }],
  },
};

const minimal: ServicesInput = withOverrides<ServicesInput>(common, {
  postgres: { storage: "3Gi", resources: pod("100m", "256Mi") },
  valkey: { storage: "1Gi", resources: pod("50m", "96Mi") },
  objectStore: { storage: "10Gi", console: false, aliases: [{ name: "minio", ports: { "9000": "s3" } }] },
  nessie: { resources: pod("100m", "512Mi") },
  trino: { workers: 1, coordinator: pod("400m", "1280Mi"), worker: pod("400m", "1280Mi") },
});
