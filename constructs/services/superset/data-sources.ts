import type { SecretKey } from "../../secrets";
import type { QueryEngine } from "../contracts";

/** A data source: its address as a template, and the keys that the template reads. */
export interface DataSource {
  /** Name under which people see it. */
  readonly name: string;
  readonly address: string;
  readonly keys: { readonly [key: string]: SecretKey };
}

/** Drivers that the image has, by dialect. */
const drivers: { readonly [dialect in QueryEngine["dialect"]]: string } = {
  trino: "trino",
  hive: "hive",
  clickhousedb: "clickhousedb",
  postgresql: "postgresql+psycopg2",
  mysql: "mysql+pymysql",
};

/**
 * An engine as SQLAlchemy's address.
 *
 * @param caFile certificate of the services' authority where Superset runs
 * @param user name of Superset at engines that know no users
 */
export function dataSource(engine: QueryEngine, caFile: string, user: string): DataSource {
  const { name, dialect, host, port, database } = engine;
  const part = name.toLowerCase().replace(/[^a-z0-9]+/g, "_");
  const who = login(engine, part, user);
  const query = options(engine, caFile);
  return {
    name,
    keys: who.keys,
    address: `${drivers[dialect]}://${who.text}@${host}:${port}/${database ?? ""}${query === "" ? "" : `?${query}`}`,
  };
}

function login({ user }: QueryEngine, part: string, otherwise: string) {
  if (!user) {
    return { text: otherwise, keys: {} };
  }
  const [login, password] = [`${part}_login`, `${part}_password`];
  const read = (key: string) => `{{ .${key} | urlquery }}`;
  return typeof user.name === "string"
    ? { text: `${encodeURIComponent(user.name)}:${read(password)}`, keys: { [password]: user.password } }
    : { text: `${read(login)}:${read(password)}`, keys: { [login]: user.name, [password]: user.password } };
}

/** What a driver has to be told of encryption and of passwords. */
function options({ dialect, tls, user }: QueryEngine, caFile: string): string {
  switch (dialect) {
    case "trino":
      return tls ? `verify=${encodeURIComponent(JSON.stringify(caFile))}` : "";
    case "hive":
      return user ? "auth=LDAP" : "auth=NONE";
    case "clickhousedb":
      return tls ? `secure=true&ca_cert=${encodeURIComponent(caFile)}` : "";
    case "postgresql":
      return tls ? `sslmode=verify-full&sslrootcert=${caFile}` : "";
    case "mysql":
      return tls ? `ssl_ca=${caFile}` : "";
    default:
      return dialect satisfies never;
  }
}
