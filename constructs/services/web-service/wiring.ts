import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { SecretKey } from "../../secrets";
import { PlatformError } from "../../terraform";
import { type Bucket, bucketServers, type QueryEngine, type ServiceEndpoint, type SqlDatabase } from "../contracts";
import { scramOverTls } from "../kafka";
import { type WebServiceProps, webServiceFolders } from "./props";

/** What a web service gets of what it uses. */
export interface Wiring {
  /** Environment that may be seen. */
  readonly env: { readonly [variable: string]: string };
  /** Environment that is secret. */
  readonly secrets: { readonly [variable: string]: SecretKey };
  /** Environment composed of the secret one, by templates of External Secrets. */
  readonly composed: { readonly [variable: string]: string };
  readonly servers: readonly ServiceEndpoint[];
  readonly resources: readonly (ITerraformDependable | undefined)[];
  /** Whether it must know the authority that signed its servers' certificates. */
  readonly trusts: boolean;
}

type Part = Pick<Wiring, "servers" | "resources"> & Partial<Wiring>;

/** File with the certificate of the services' authority. */
const caFile = `${webServiceFolders.authority}/ca.crt`;

/** User of a store or broker, apart from those of the platform's services. */
const userOf = (name: string) => `web-${name}`;

/**
 * The environment by which a web service knows what it uses: of each thing some variables that begin with its prefix, such as
 * `ORDERS_HOST`.
 *
 * @throws PlatformError for a variable that is there twice
 */
export function wiringOf(scope: Construct, { name, uses, env, secrets }: WebServiceProps): Wiring {
  const { keyValueStore: cache, messageBroker: queue } = uses;
  const own: Part = { env, secrets, servers: [], resources: [] };
  const parts = [
    own,
    ...Object.entries(uses.databases).map(([prefix, database]) => databasePart(prefix, database)),
    ...Object.entries(uses.buckets).map(([prefix, bucket]) => bucketPart(prefix, bucket)),
    ...Object.entries(uses.queryEngines).map(([prefix, engine]) => enginePart(prefix, engine)),
    ...Object.entries(uses.webServices).map(
      ([prefix, { url, server }]): Part => ({ env: { [`${prefix}_URL`]: url }, servers: [server], resources: [] }),
    ),
    ...(cache ? [storePart(name, cache)] : []),
    ...(queue ? [brokerPart(name, queue)] : []),
  ];
  checkOnce(scope, parts);
  return {
    env: Object.assign({}, ...parts.map((part) => part.env)),
    secrets: Object.assign({}, ...parts.map((part) => part.secrets)),
    composed: Object.assign({}, ...parts.map(({ composed }) => composed)),
    servers: parts.flatMap(({ servers }) => servers),
    resources: parts.flatMap(({ resources }) => resources),
    trusts: parts.some(({ trusts }) => trusts),
  };
}

function databasePart(prefix: string, database: SqlDatabase): Part {
  const { host, port, database: of, username, password, verifiedJdbcUrl, server, resource } = database;
  const trusts = verifiedJdbcUrl !== undefined;
  const login = `{{ .${prefix}_USER | urlquery }}:{{ .${prefix}_PASSWORD | urlquery }}`;
  const tls = trusts ? `sslmode=verify-full&sslrootcert=${caFile}` : "sslmode=require";
  const parameters = database.engine === "postgresql" ? `?${tls}` : "";
  return {
    env: {
      [`${prefix}_HOST`]: host,
      [`${prefix}_PORT`]: String(port),
      [`${prefix}_NAME`]: of,
      ...(trusts ? { [`${prefix}_CA_FILE`]: caFile } : {}),
    },
    secrets: { [`${prefix}_USER`]: username, [`${prefix}_PASSWORD`]: password },
    composed: { [`${prefix}_URL`]: `${database.engine}://${login}@${host}:${port}/${of}${parameters}` },
    servers: [server],
    resources: [resource],
    trusts,
  };
}

/** A bucket of Cloud Storage needs its name only: its key is the account that the pods run as. */
function bucketPart(prefix: string, bucket: Bucket): Part {
  const env = { [`${prefix}_BUCKET`]: bucket.name, [`${prefix}_URI`]: bucket.uri };
  const servers = bucketServers(bucket);
  if (bucket.kind === "gcs") {
    return { env, servers, resources: [bucket.store.resource] };
  }
  const { endpoint, region, pathStyle, resource } = bucket.store;
  return {
    env: {
      ...env,
      [`${prefix}_ENDPOINT`]: endpoint,
      [`${prefix}_REGION`]: region,
      [`${prefix}_PATH_STYLE`]: String(pathStyle),
    },
    secrets: {
      [`${prefix}_ACCESS_KEY_ID`]: bucket.accessKeyId,
      [`${prefix}_SECRET_ACCESS_KEY`]: bucket.secretAccessKey,
    },
    servers,
    resources: [resource],
  };
}

function enginePart(prefix: string, { host, port, tls, database, user, server, resource }: QueryEngine): Part {
  return {
    env: {
      [`${prefix}_HOST`]: host,
      [`${prefix}_PORT`]: String(port),
      [`${prefix}_TLS`]: String(tls),
      ...(database === undefined ? {} : { [`${prefix}_DATABASE`]: database }),
      ...(typeof user?.name === "string" ? { [`${prefix}_USER`]: user.name } : {}),
      ...(tls ? { [`${prefix}_CA_FILE`]: caFile } : {}),
    },
    secrets: {
      ...(user && typeof user.name !== "string" ? { [`${prefix}_USER`]: user.name } : {}),
      ...(user ? { [`${prefix}_PASSWORD`]: user.password } : {}),
    },
    servers: [server],
    resources: [resource],
    trusts: tls,
  };
}

function storePart(name: string, { prefix, store }: NonNullable<WebServiceProps["uses"]["keyValueStore"]>): Part {
  const { username, password, server, resource } = store.user(userOf(name));
  const login = `${username}:{{ .${prefix}_PASSWORD | urlquery }}`;
  return {
    env: {
      [`${prefix}_HOST`]: store.host,
      [`${prefix}_PORT`]: String(store.port),
      [`${prefix}_USER`]: username,
    },
    secrets: { [`${prefix}_PASSWORD`]: password },
    composed: { [`${prefix}_URL`]: `redis://${login}@${store.host}:${store.port}/0` },
    servers: [server],
    resources: [resource],
  };
}

function brokerPart(
  name: string,
  { prefix, broker, grants }: NonNullable<WebServiceProps["uses"]["messageBroker"]>,
): Part {
  const { username, password, server, resource } = broker.user(userOf(name), grants);
  return {
    env: {
      [`${prefix}_SERVERS`]: broker.bootstrapServers,
      [`${prefix}_PROTOCOL`]: scramOverTls.protocol,
      [`${prefix}_MECHANISM`]: scramOverTls.mechanism,
      [`${prefix}_USER`]: username,
      [`${prefix}_CA_FILE`]: caFile,
    },
    secrets: { [`${prefix}_PASSWORD`]: password },
    servers: [server],
    resources: [resource],
    trusts: true,
  };
}

function checkOnce(scope: Construct, parts: readonly Part[]): void {
  const all = parts.flatMap(({ env = {}, secrets = {}, composed = {} }) => [
    ...Object.keys(env),
    ...Object.keys(secrets),
    ...Object.keys(composed),
  ]);
  const [twice] = all.filter((variable, index) => all.indexOf(variable) < index);
  if (twice !== undefined) {
    throw new PlatformError(scope, `variable ${twice} is there twice`, "rename it, or use another prefix");
  }
}
