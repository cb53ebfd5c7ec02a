import { fixed, generated, keyOf, type SecretKey } from "../../../constructs/secrets";
import type {
  KeyValueStore,
  MessageBroker,
  QueryEngine,
  S3Bucket,
  ServiceEndpoint,
  SparkCluster,
  SqlDatabase,
} from "../../../constructs/services";
import { type DeliveredObject, objectsOf, releasesOf } from "../../support/releases";
import { namespace, type ServiceStacks } from "./service-stacks";

/** What services for people use, as contracts, so that their tests need no other service. */
export function offers({ context }: ServiceStacks) {
  const end = (name: string, port: number): ServiceEndpoint => ({
    end: { namespace, name, podLabels: { app: name } },
    port,
  });
  const pair = (path: string, user = path): { readonly username: SecretKey; readonly password: SecretKey } => {
    const secret = context.secrets.secret(path, { username: fixed(user), password: generated() });
    return { username: keyOf(secret, "username"), password: keyOf(secret, "password") };
  };
  const database = (name: string): SqlDatabase => ({
    engine: "postgresql",
    host: "postgres-rw.data-platform.svc",
    port: 5432,
    database: name,
    jdbcUrl: `jdbc:postgresql://postgres-rw.data-platform.svc:5432/${name}?sslmode=require`,
    verifiedJdbcUrl: (ca) => `jdbc:postgresql://postgres-rw.data-platform.svc:5432/${name}?sslrootcert=${ca}`,
    ...pair(`postgres/${name}`, name),
    server: end("postgres", 5432),
  });
  const bucket = (name: string): S3Bucket => {
    const keys = pair(`object-store/${name}`);
    return {
      kind: "s3",
      name,
      uri: `s3://${name}`,
      accessKeyId: keys.username,
      secretAccessKey: keys.password,
      store: {
        kind: "s3",
        endpoint: "http://store.data-platform.svc:8333",
        region: "us-east-1",
        pathStyle: true,
        server: end("store", 8333),
        bucket,
      },
    };
  };
  const keyValueStore: KeyValueStore = {
    host: "valkey.data-platform.svc",
    port: 6379,
    user: (username) => ({
      username,
      password: pair(`valkey/${username}`).password,
      store: keyValueStore,
      server: end("valkey", 6379),
    }),
  };
  const messageBroker: MessageBroker = {
    bootstrapServers: "kafka.data-platform.svc:9093",
    user: (username) => ({
      username,
      password: pair(`kafka/${username}`).password,
      broker: messageBroker,
      server: end("kafka", 9093),
    }),
  };
  const trino: QueryEngine = {
    name: "trino",
    dialect: "trino",
    host: "trino.data-platform.svc",
    port: 8080,
    tls: false,
    database: "lake",
    server: end("trino", 8080),
  };
  const sales: QueryEngine = {
    name: "postgres-sales",
    dialect: "postgresql",
    host: "postgres-rw.data-platform.svc",
    port: 5432,
    tls: true,
    database: "sales",
    user: ((keys) => ({ name: keys.username, password: keys.password }))(pair("postgres/sales", "sales")),
    server: end("postgres", 5432),
  };
  const clickhouse: QueryEngine = {
    name: "clickhouse",
    dialect: "clickhousedb",
    host: "clickhouse.data-platform.svc",
    port: 8123,
    tls: false,
    user: { name: "reader", password: pair("clickhouse/reader").password },
    server: end("clickhouse", 8123),
  };
  const kyuubi: QueryEngine = {
    name: "kyuubi",
    dialect: "hive",
    host: "kyuubi.data-platform.svc",
    port: 10009,
    tls: false,
    server: end("kyuubi", 10009),
  };
  const sparkConnect: SparkCluster = {
    url: "sc://spark-connect.data-platform.svc:15002",
    server: end("spark-connect", 15002),
  };
  return { database, bucket, keyValueStore, messageBroker, trino, sales, clickhouse, kyuubi, sparkConnect, pair };
}

/** An ExternalSecret: what stands behind each key, and the composed keys. */
export function secretOf({ services }: ServiceStacks, name: string): Readonly<Record<string, string>> {
  const found = objectsOf(releasesOf(services)).find(
    ({ kind, metadata }) => kind === "ExternalSecret" && metadata.name === name,
  );
  expect(found).toBeDefined();
  const { data, target } = (found as DeliveredObject & { spec: SecretSpec }).spec;
  return {
    ...Object.fromEntries(
      data.map(({ secretKey, remoteRef }) => [secretKey, `${remoteRef.key}#${remoteRef.property}`]),
    ),
    ...target.template.data,
  };
}

/** Names that the templates of an ExternalSecret read although it has no such key. */
export function unknownInTemplates(stacks: ServiceStacks, name: string): readonly string[] {
  const secret = secretOf(stacks, name);
  const read = Object.values(secret).flatMap((text) => [...text.matchAll(/\{\{ \.(\w+)/g)].map(([, key = ""]) => key));
  return [...new Set(read)].filter((key) => !(key in secret));
}

interface SecretSpec {
  readonly data: readonly { readonly secretKey: string; readonly remoteRef: { key: string; property: string } }[];
  readonly target: { readonly template: { readonly data?: Readonly<Record<string, string>> } };
}

/** Rows of the table of flows, as text. */
export function rowsOf({ flows }: ServiceStacks, from: RegExp): readonly string[] {
  return flows.flows
    .filter((flow) => from.test(flow.from.name))
    .map(
      ({ from: { name }, to, ports, udpPorts = [] }) =>
        `${name} -> ${to.name} ${[...ports, ...udpPorts.map((port) => `${port}/udp`)].join(",")}`,
    );
}

/** Every address outside private networks. */
export const rangesOutside = {
  cidrs: ["0.0.0.0/0"],
  except: ["10.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
} as const;

/** Addresses of an end of that name, and those of them that are left out. */
export function rangesOf({ flows }: ServiceStacks, name: string): object | undefined {
  const found = flows.flows.map(({ to }) => to).find((to) => to.name === name);
  return found && "cidrs" in found
    ? { cidrs: found.cidrs, ...(found.except === undefined ? {} : { except: found.except }) }
    : undefined;
}
