import type { ExternalSecret, SecretKey } from "../../secrets";
import {
  type BrokerUser,
  isSparkConnect,
  type QueryEngine,
  type S3Bucket,
  type ServiceEndpoint,
  type SparkCluster,
} from "../contracts";
import { name, trustFile } from "./names";
import type { AirflowProps } from "./props";

/** Connection that Airflow's own logs are kept with. */
export const logsConnection = "airflow_logs";

/** The connections of all tasks. */
export interface AirflowConnectionSecret {
  /** Key of each is its environment variable, `AIRFLOW_CONN_<ID>`. */
  readonly secret: ExternalSecret<string>;
  /** The environment variables. */
  readonly variables: readonly string[];
  /** What tasks reach by them. */
  readonly servers: readonly ServiceEndpoint[];
}

/** One connection: its parts that are no secret, and the keys that stand in for the rest. */
interface Connection {
  readonly id: string;
  /** JSON text whose secret parts are templates. */
  readonly json: string;
  readonly keys: { readonly [key: string]: SecretKey };
  readonly server: ServiceEndpoint;
}

/** Types of Airflow's connections by SQLAlchemy's dialects; the generic one where no provider of Apache's has a type. */
const types: { readonly [dialect in QueryEngine["dialect"]]: string } = {
  trino: "trino",
  hive: "hiveserver2",
  clickhousedb: "generic",
  postgresql: "postgres",
  mysql: "mysql",
};

/** Makes a connection of what the environment has, for each thing that tasks can reach. */
export function airflowConnections(props: AirflowProps, broker: BrokerUser | undefined): AirflowConnectionSecret {
  const { queryEngines, sparkCluster, buckets } = props.connections;
  const connections = [
    bucketConnection(logsConnection, props.logs),
    ...buckets.map((bucket) => bucketConnection(`s3_${bucket.name}`, bucket)),
    ...queryEngines.map(queryConnection),
    ...(sparkCluster && isSparkConnect(sparkCluster) ? [sparkConnection(sparkCluster)] : []),
    ...(broker ? [brokerConnection(broker, props.connections.topicPrefix)] : []),
  ];
  const variables = connections.map(({ id }) => variableOf(id));
  return {
    variables,
    servers: connections.map(({ server }) => server),
    secret: props.context.store(props.namespace).externalSecret({
      name: `${name}-connections`,
      data: Object.assign({}, ...connections.map(({ keys }) => keys)) as { readonly [key: string]: SecretKey },
      composed: Object.fromEntries(connections.map(({ id, json }) => [variableOf(id), json])),
      follows: { by: "reloader" },
    }),
  };
}

const part = (text: string) => text.toLowerCase().replace(/[^a-z0-9]+/g, "_");

const variableOf = (id: string) => `AIRFLOW_CONN_${part(id).toUpperCase()}`;

/** A key as a value of JSON, quotes and all. */
const secret = (key: string) => ({ template: `{{ .${key} | toJson }}` });

/** JSON in which {@link secret} stands for a value. */
function json(value: object): string {
  return JSON.stringify(value).replace(/\{"template":"(\{\{ \.\w+ \| toJson \}\})"\}/g, "$1");
}

function bucketConnection(id: string, { store, accessKeyId, secretAccessKey }: S3Bucket): Connection {
  const [access, password] = [`${part(id)}_access_key`, `${part(id)}_secret_key`];
  return {
    id,
    keys: { [access]: accessKeyId, [password]: secretAccessKey },
    server: store.server,
    json: json({
      conn_type: "aws",
      login: secret(access),
      password: secret(password),
      extra: {
        endpoint_url: store.endpoint,
        region_name: store.region,
        config_kwargs: { s3: { addressing_style: store.pathStyle ? "path" : "virtual" } },
      },
    }),
  };
}

function queryConnection({ name: id, dialect, host, port, tls, database, user, server }: QueryEngine): Connection {
  const [login, password] = [`${part(id)}_login`, `${part(id)}_password`];
  const loginKey = user && typeof user.name !== "string" ? user.name : undefined;
  return {
    id,
    keys: user ? { ...(loginKey ? { [login]: loginKey } : {}), [password]: user.password } : {},
    server,
    json: json({
      conn_type: types[dialect],
      host,
      port,
      login: loginKey ? secret(login) : typeof user?.name === "string" ? user.name : name,
      ...(user ? { password: secret(password) } : {}),
      // Trino has a catalogue in the place where others have a database.
      ...(database === undefined || dialect === "trino" ? {} : { schema: database }),
      ...extra(dialect, tls, database),
    }),
  };
}

/** What the hook of a dialect has to be told of encryption. */
function extra(dialect: QueryEngine["dialect"], tls: boolean, catalog: string | undefined) {
  switch (dialect) {
    case "trino":
      return {
        extra: {
          protocol: tls ? "https" : "http",
          ...(tls ? { verify: trustFile } : {}),
          ...(catalog === undefined ? {} : { catalog }),
        },
      };
    case "postgresql":
      return tls ? { extra: { sslmode: "verify-full", sslrootcert: trustFile } } : {};
    case "clickhousedb":
      return tls ? { extra: { secure: true, ca_cert: trustFile } } : {};
    case "mysql":
      return tls ? { extra: { ssl: { ca: trustFile } } } : {};
    case "hive":
      return {};
    default:
      return dialect satisfies never;
  }
}

/** Spark by Spark Connect. */
function sparkConnection({ url, server }: SparkCluster): Connection {
  const [, host = "", port = ""] = /^(.+):(\d+)$/.exec(url) ?? [];
  return {
    id: "spark",
    keys: {},
    server,
    // The hook puts the port behind a host that has its scheme.
    json: json({ conn_type: "spark_connect", host, port: Number(port) }),
  };
}

function brokerConnection({ username, password, broker, server }: BrokerUser, prefix: string): Connection {
  return {
    id: "kafka",
    keys: { kafka_password: password },
    server,
    json: json({
      conn_type: "kafka",
      extra: {
        "bootstrap.servers": broker.bootstrapServers,
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": username,
        "sasl.password": secret("kafka_password"),
        "ssl.ca.location": trustFile,
        "group.id": prefix,
      },
    }),
  };
}
