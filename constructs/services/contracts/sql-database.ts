import type { ITerraformDependable } from "cdktf";
import type { SecretKey } from "../../vault";
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
  /** The owner of the database, in Vault. A consumer asks its namespace's store for it. */
  readonly username: SecretKey;
  readonly password: SecretKey;
  readonly server: ServiceEndpoint;
  /**
   * What to wait for, where it is made in the same stack.
   *
   * @default - nothing
   */
  readonly resource?: ITerraformDependable;
}
