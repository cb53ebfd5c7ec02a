import type { IConstruct } from "constructs";
import { images } from "../../../charts";
import {
  type INamespace,
  type KubernetesObject,
  type NetworkFlows,
  type Resources,
  restrictedContainer,
} from "../../kubernetes";
import { DeploySettings, PlatformError } from "../../terraform";
import type { MetricsTarget, PodsEnd, ServiceEndpoint } from "../contracts";

/** Servers of PgBouncer, which share few connections to a {@link Postgres} among many clients. */
export interface PostgresPooler {
  /** `rw` leads to the server that is written to, `ro` to its followers. */
  readonly type: "rw" | "ro";
  readonly instances: number;
  /**
   * When a connection goes back to the pool. `transaction` shares best, and takes from clients what lives longer: prepared
   * statements by name, advisory locks, LISTEN.
   *
   * @default "session"
   */
  readonly mode?: "session" | "transaction";
  /**
   * Connections of clients that each of its servers takes.
   *
   * @default 1000
   */
  readonly clients?: number;
  /**
   * Connections to PostgreSQL of each of its servers, for each pair of user and database.
   *
   * @default 10
   */
  readonly connections?: number;
}

/** A pooler as clients see it. */
export interface PoolerEndpoint {
  readonly type: PostgresPooler["type"];
  readonly host: string;
  readonly server: ServiceEndpoint;
  readonly metrics: MetricsTarget;
}

/** Settings of {@link postgresPoolers}. */
export interface PostgresPoolersProps {
  /** Name of the server. */
  readonly server: string;
  readonly namespace: INamespace;
  /** Servers of PostgreSQL. */
  readonly instances: number;
  readonly poolers: readonly PostgresPooler[];
}

const port = 5432;

const metricsPort = 9127;

/** What each server of a pooler asks for: PgBouncer is one thread with a few kilobytes for each connection. */
export const poolerResources = {
  requests: { cpu: "20m", memory: "64Mi" },
  limits: { memory: "64Mi" },
} as const satisfies Resources;

/** Name of a pooler, of its pods' label and of its Service. */
export function poolerName(server: string, type: PostgresPooler["type"]): string {
  return `${server}-pooler-${type}`;
}

/**
 * The poolers' objects and where they listen.
 *
 * @throws PlatformError for two poolers of one type and for one to followers where there are none
 * @see https://cloudnative-pg.io/docs/1.30/connection_pooling/
 */
export function postgresPoolers(
  scope: IConstruct,
  { server, namespace, instances, poolers }: PostgresPoolersProps,
): { readonly objects: readonly KubernetesObject[]; readonly endpoints: readonly PoolerEndpoint[] } {
  const types = poolers.map(({ type }) => type);
  const twice = types.find((type, at) => types.indexOf(type) !== at);
  if (twice) {
    throw new PlatformError(scope, `there are two poolers of type ${twice}`, "give one of them more instances");
  }
  if (instances === 1 && types.includes("ro")) {
    throw new PlatformError(scope, "there is a pooler of type ro and one server", "use two servers or more");
  }
  const image = DeploySettings.of(scope).image(images.pgbouncer);
  return {
    objects: poolers.flatMap((pooler) => objects(server, namespace, pooler, image)),
    endpoints: types.map((type) => {
      const name = poolerName(server, type);
      const end: PodsEnd = { namespace, name, podLabels: { "cnpg.io/poolerName": name } };
      return {
        type,
        host: `${name}.${namespace.name}.svc`,
        server: { end, port },
        metrics: { name, pods: end, portName: "metrics", port: metricsPort },
      };
    }),
  };
}

function objects(
  server: string,
  namespace: INamespace,
  { type, instances, mode = "session", clients = 1000, connections = 10 }: PostgresPooler,
  image: string,
): readonly KubernetesObject[] {
  const name = poolerName(server, type);
  const metadata = { name, namespace: namespace.name };
  const pooler: KubernetesObject = {
    apiVersion: "postgresql.cnpg.io/v1",
    kind: "Pooler",
    metadata,
    spec: {
      cluster: { name: server },
      type,
      instances,
      pgbouncer: {
        image,
        poolMode: mode,
        parameters: {
          max_client_conn: String(clients),
          default_pool_size: String(connections),
          // As at the servers themselves, nobody comes in without encryption.
          client_tls_sslmode: "require",
        },
      },
      template: {
        metadata: {},
        spec: {
          containers: [{ name: "pgbouncer", resources: poolerResources, securityContext: restrictedContainer }],
        },
      },
    },
  };
  const budget: KubernetesObject = {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata,
    spec: { maxUnavailable: 1, selector: { matchLabels: { "cnpg.io/poolerName": name } } },
  };
  return instances > 1 ? [pooler, budget] : [pooler];
}

/** Lets poolers call the Kubernetes API, which tells them their certificates and passwords, and the servers. */
export function allowPoolerFlows(
  flows: NetworkFlows,
  endpoints: readonly PoolerEndpoint[],
  servers: ServiceEndpoint,
): void {
  for (const { server } of endpoints) {
    if ("namespace" in server.end) {
      flows.allowApiServer(server.end);
      flows.allow({ from: server.end, to: servers.end, ports: [servers.port], reason: "shares its connections" });
    }
  }
}
