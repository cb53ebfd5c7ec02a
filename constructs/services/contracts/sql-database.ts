import type { ITerraformDependable } from "cdktf";
import type { SecretKey } from "../../secrets";
import type { LeaseRoles } from "../../vault";
import type { ServiceEndpoint } from "./endpoint";

/** A database of a SQL server with a user of its own, made here or found elsewhere. */
export interface SqlDatabase {
  readonly engine: "postgresql" | "mysql";
  /** Host name inside the cluster. */
  readonly host: string;
  readonly port: number;
  /** Name of the database. */
  readonly database: string;
  /** Address with driver, host, port, database and encryption, without credentials. */
  readonly jdbcUrl: string;
  /**
   * The same address for a client that holds the certificate of the services' authority and so checks whom it talks to.
   *
   * @param caFile path of that certificate where the client runs, PEM
   * @default - the server's certificate is not of that authority
   */
  readonly verifiedJdbcUrl?: (caFile: string) => string;
  /** The owner of the database, in the source of secrets. A consumer asks its namespace's store for it. */
  readonly username: SecretKey;
  readonly password: SecretKey;
  /**
   * Roles of Vault's database engine, for consumers that take a user for a time.
   *
   * @default - the secrets are kept elsewhere, or the server is
   */
  readonly leases?: LeaseRoles;
  /**
   * Image with the client programs of the server's version, such as `pg_dump`; already in the environment's registry.
   *
   * @default - none is known
   */
  readonly clientImage?: string;
  readonly server: ServiceEndpoint;
  /**
   * What to wait for, where it is made in the same stack.
   *
   * @default - nothing
   */
  readonly resource?: ITerraformDependable;
}
