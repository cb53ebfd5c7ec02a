import { Construct } from "constructs";
import { images } from "../../../charts";
import type { SecretKey } from "../../secrets";
import { DeploySettings } from "../../terraform";
import type { ServiceEndpoint, SqlDatabase, SqlServer } from "../contracts";
import type { ServiceContext } from "../service-context";
import { type DatabasePasswords, SqlDatabases } from "../sql-databases";

/** Who makes databases and users of a server that a cloud runs, in the stack that makes passwords. */
export interface ManagedSqlUsers {
  /**
   * Adds a database and a user of the same name.
   *
   * @param password written to the server in the run in which its secret is written
   */
  add(database: string, password: SecretKey): void;
}

/** Settings of {@link CloudSqlServer}. */
export interface CloudSqlServerProps {
  readonly context: ServiceContext;
  /** Name of the server inside the network. */
  readonly host: string;
  /** Ranges of the addresses behind the name. */
  readonly cidrs: readonly string[];
  readonly users: ManagedSqlUsers;
  /**
   * Passwords of owners that are keys of declared secrets, by database.
   *
   * @default - each owner's password is made for it
   */
  readonly credentials?: DatabasePasswords;
}

const port = 5432;

/**
 * PostgreSQL that Google runs, made by an earlier layer. Clients are refused without TLS; the server's certificate is of an
 * authority of its own, which is made with it, so that clients of the cluster do not check it.
 *
 * @see https://cloud.google.com/sql/docs/postgres/configure-ssl-instance
 */
export class CloudSqlServer extends Construct implements SqlServer {
  readonly engine = "postgresql";
  readonly host: string;
  readonly port = port;
  readonly server: ServiceEndpoint;
  private readonly databases: SqlDatabases;
  private readonly users: ManagedSqlUsers;

  constructor(scope: Construct, id: string, props: CloudSqlServerProps) {
    super(scope, id);
    this.host = props.host;
    this.users = props.users;
    this.server = { end: { name: "cloud-sql", cidrs: props.cidrs }, port };
    // The paths of a server in the cluster, so that moving a database renames no secret.
    this.databases = new SqlDatabases(this, "postgres", props.context.secrets, props.credentials);
  }

  /**
   * Adds a database and a user of the same name.
   *
   * @param database lower-case letters, digits and underscores
   * @throws PlatformError for a name that PostgreSQL would have to quote and for a database added twice
   */
  database(database: string): SqlDatabase {
    return this.databases.add(database, ({ username, password }) => {
      this.users.add(database, password);
      return {
        engine: this.engine,
        host: this.host,
        port,
        database,
        jdbcUrl: `jdbc:postgresql://${this.host}:${port}/${database}?sslmode=require`,
        username,
        password,
        clientImage: DeploySettings.of(this).image(images.postgres),
        server: this.server,
      };
    });
  }
}
