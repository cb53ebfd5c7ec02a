import { images } from "../../../charts";
import { generated, keyOf, type SecretKey, type SecretRef, type SecretSource } from "../../secrets";
import type { SqlDatabase } from "../contracts";

/** What Kyuubi replaces by parameters of a prepared statement. */
const given = { user: "$".concat("{user}"), password: "$".concat("{password}") };

/** Where the gateway and the step before it have the certificate of the services' authority. */
export const authorityFile = "/etc/kyuubi-tls/ca.crt";

/** The users that an environment names, whose passwords are made in the source of secrets. */
export class KyuubiUsers {
  /** Names of the users. */
  readonly names: readonly string[];
  private readonly secret: SecretRef;

  /** @param names lower-case letters, digits and dashes */
  constructor(secrets: SecretSource, names: readonly string[]) {
    this.names = [...new Set(names)].sort();
    this.secret = secrets.secret(
      "kyuubi/users",
      Object.fromEntries(this.names.map((name) => [name.replaceAll("-", "_"), generated()])),
    );
  }

  password(name: string): SecretKey {
    return keyOf(this.secret, name.replaceAll("-", "_"));
  }

  /** Passwords by the variable that {@link usersScript} reads. */
  get variables(): { readonly [variable: string]: SecretKey } {
    return Object.fromEntries(this.names.map((name) => [variableOf(name), this.password(name)]));
  }
}

/**
 * Asks whether a user has a password: a row means yes. The table has salted SHA-256 digests.
 *
 * @see https://kyuubi.readthedocs.io/en/v1.12.0/security/jdbc.html
 */
export function usersQuery({ engine }: SqlDatabase): string {
  const digest = {
    postgresql: `encode(sha256(convert_to(salt || ${given.password}, 'UTF8')), 'hex')`,
    mysql: `SHA2(CONCAT(salt, ${given.password}), 256)`,
  }[engine];
  return `SELECT 1 FROM kyuubi_users WHERE name = ${given.user} AND digest = ${digest}`;
}

/** Image with the client of a database. */
export function clientImage({ engine }: SqlDatabase): string {
  return { postgresql: images.postgres, mysql: images.mariadb }[engine];
}

/**
 * Makes the table of users and sets the passwords of those that the environment names, each time before a gateway starts. A
 * user that is named no more is removed; those that people added themselves stay.
 *
 * It reads `KYUUBI_DB_USER`, `KYUUBI_DB_PASSWORD` and a variable for each user. Passwords are letters and digits.
 */
export function usersScript(database: SqlDatabase, names: readonly string[]): string {
  return database.engine === "postgresql" ? postgresScript(database, names) : mariadbScript(database, names);
}

function postgresScript(database: SqlDatabase, names: readonly string[]): string {
  const verified = database.verifiedJdbcUrl ? `sslmode=verify-full sslrootcert=${authorityFile}` : "sslmode=require";
  return [
    'export PGUSER="$KYUUBI_DB_USER" PGPASSWORD="$KYUUBI_DB_PASSWORD"',
    `psql "host=${database.host} port=${database.port} dbname=${database.database} ${verified}" \\`,
    "  --no-psqlrc --quiet --set ON_ERROR_STOP=1 <<'SQL'",
    table,
    ...names.flatMap((name) => [
      `\\getenv password ${variableOf(name)}`,
      "INSERT INTO kyuubi_users (name, salt, digest, named)",
      `SELECT '${name}', fresh, encode(sha256(convert_to(fresh || :'password', 'UTF8')), 'hex'), TRUE`,
      "FROM (SELECT gen_random_uuid()::text AS fresh) AS made",
      "ON CONFLICT (name) DO UPDATE SET salt = excluded.salt, digest = excluded.digest, named = TRUE;",
    ]),
    removal(names),
    "SQL",
    "",
  ].join("\n");
}

function mariadbScript(database: SqlDatabase, names: readonly string[]): string {
  const verified = database.verifiedJdbcUrl
    ? `--ssl-ca=${authorityFile} --ssl-verify-server-cert`
    : "--ssl --skip-ssl-verify-server-cert";
  return [
    'export MYSQL_PWD="$KYUUBI_DB_PASSWORD"',
    `mariadb --host=${database.host} --port=${database.port} --user="$KYUUBI_DB_USER" ${verified} \\`,
    `  ${database.database} <<SQL`,
    table,
    ...names.flatMap((name) => [
      "SET @salt = HEX(RANDOM_BYTES(16));",
      "INSERT INTO kyuubi_users (name, salt, digest, named)",
      `VALUES ('${name}', @salt, SHA2(CONCAT(@salt, '$${variableOf(name)}'), 256), TRUE)`,
      "ON DUPLICATE KEY UPDATE salt = VALUES(salt), digest = VALUES(digest), named = TRUE;",
    ]),
    removal(names),
    "SQL",
    "",
  ].join("\n");
}

const table = [
  "CREATE TABLE IF NOT EXISTS kyuubi_users (name VARCHAR(64) PRIMARY KEY, salt VARCHAR(64) NOT NULL,",
  "  digest VARCHAR(64) NOT NULL, named BOOLEAN NOT NULL DEFAULT FALSE);",
].join("\n");

function removal(names: readonly string[]): string {
  return `DELETE FROM kyuubi_users WHERE named AND name NOT IN (${names.map((name) => `'${name}'`).join(", ")});`;
}

function variableOf(name: string): string {
  return `KYUUBI_USER_${name.toUpperCase().replaceAll("-", "_")}`;
}
