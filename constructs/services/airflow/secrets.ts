import {
  type ExternalSecret,
  fernetKey,
  fixed,
  generated,
  keyOf,
  type SecretKey,
  type SecretValue,
  secretVersions,
} from "../../secrets";
import type { KeyValueUser } from "../contracts";
import { name, trustFile } from "./names";
import type { AirflowGitCredentials, AirflowProps } from "./props";

/** The Secrets of Airflow beside those of its connections and its broker. */
export interface AirflowSecrets {
  readonly metadata: ExternalSecret<string>;
  readonly keys: ExternalSecret<string>;
  readonly encryption: ExternalSecret<string>;
  readonly admin: ExternalSecret<string>;
  /** Version of the administrator's password, which its Secret has too. */
  readonly adminVersion: string;
  /** @default - the repository is public */
  readonly git?: ExternalSecret<string>;
}

/** Database of the broker's queues: those of Superset are in the first ones. */
const brokerDatabase = 8;

const byReloader = { by: "reloader" } as const;

/** The Secrets that the chart's values name; the chart makes none itself. */
export function airflowSecrets(props: AirflowProps): AirflowSecrets {
  const { credentials = {}, dags } = props;
  const store = props.context.store(props.namespace);
  const { owner, address, tls } = database(props);
  const keys = made(props, "keys", {
    secret_key: [credentials.secretKey, generated(64)],
    jwt_secret: [credentials.jwtSecret, generated(64)],
  });
  const encryption = made(props, "encryption", { fernet_key: [credentials.fernetKey, fernetKey()] });
  const admin = made(props, "admin", {
    username: [credentials.adminUser, fixed("admin")],
    password: [credentials.adminPassword, generated()],
  });
  const adminVersion = secretVersions(Object.values(admin));
  return {
    metadata: store.externalSecret({
      name: `${name}-metadata`,
      data: owner,
      composed: {
        connection: `postgresql+psycopg2://${address}?${tls}`,
        // The asynchronous driver takes no sslmode in an address; airflow_local_settings tells it.
        async: `postgresql+asyncpg://${address}`,
      },
      follows: byReloader,
    }),
    keys: store.externalSecret({
      name: `${name}-keys`,
      data: { "api-secret-key": keys.secret_key, "jwt-secret": keys.jwt_secret },
      follows: byReloader,
    }),
    encryption: store.externalSecret({
      name: `${name}-fernet-key`,
      data: { "fernet-key": encryption.fernet_key },
      follows: {
        by: "nobody",
        reason: "a new key cannot read the connections and variables that the old one encrypted",
      },
    }),
    admin: store.externalSecret({
      name: `${name}-admin`,
      data: admin,
      composed: { version: adminVersion },
      follows: { by: "reader", name: "the job that makes the administrator" },
    }),
    adminVersion,
    ...(dags?.credentials ? { git: gitSecret(props, dags.credentials) } : {}),
  };
}

/** Where workers that stay take tasks from and bring results to. */
export function workerSecrets(props: AirflowProps, { username, password, store: { host, port } }: KeyValueUser) {
  const store = props.context.store(props.namespace);
  const { owner, address, tls } = database(props);
  return {
    broker: store.externalSecret({
      name: `${name}-broker-url`,
      data: { password },
      composed: { connection: `redis://${username}:{{ .password | urlquery }}@${host}:${port}/${brokerDatabase}` },
      follows: byReloader,
    }),
    resultBackend: store.externalSecret({
      name: `${name}-result-backend`,
      data: owner,
      composed: { connection: `db+postgresql://${address}?${tls}` },
      follows: byReloader,
    }),
  };
}

function database({ database: { username, password, host, port, database: of, verifiedJdbcUrl } }: AirflowProps) {
  return {
    owner: { username, password },
    address: `{{ .username | urlquery }}:{{ .password | urlquery }}@${host}:${port}/${of}`,
    tls: verifiedJdbcUrl ? `sslmode=verify-full&sslrootcert=${trustFile}` : "sslmode=require",
  };
}

/** Keys that are given, and a secret of Airflow's own with the rest. */
function made<Key extends string>(
  { context }: AirflowProps,
  path: string,
  keys: { readonly [K in Key]: readonly [given: SecretKey | undefined, otherwise: SecretValue] },
): { readonly [K in Key]: SecretKey } {
  const entries = Object.entries(keys) as [Key, (typeof keys)[Key]][];
  const missing = entries.filter(([, [given]]) => given === undefined).map(([key, [, value]]) => [key, value] as const);
  const secret =
    missing.length > 0
      ? context.secrets.secret(`${name}/${path}`, Object.fromEntries(missing) as { [K in Key]: SecretValue })
      : undefined;
  // Each key is given, or it is one of the secret's.
  return Object.fromEntries(entries.map(([key, [given]]) => [key, given ?? (secret && keyOf(secret, key))])) as {
    [K in Key]: SecretKey;
  };
}

/** Keys under which git-sync's versions 3 and 4 know them; the chart asks for both. */
function gitSecret({ context, namespace }: AirflowProps, credentials: AirflowGitCredentials): ExternalSecret<string> {
  const data: { readonly [key: string]: SecretKey } =
    "sshKey" in credentials
      ? { gitSshKey: credentials.sshKey }
      : {
          GIT_SYNC_USERNAME: credentials.username,
          GITSYNC_USERNAME: credentials.username,
          GIT_SYNC_PASSWORD: credentials.password,
          GITSYNC_PASSWORD: credentials.password,
        };
  return context.store(namespace).externalSecret({ name: `${name}-git`, data, follows: byReloader });
}
