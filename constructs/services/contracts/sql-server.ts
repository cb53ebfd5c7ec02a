import type { SqlDatabase } from "./sql-database";

/** A SQL server that makes a database with an owner of its own for whoever asks. */
export interface SqlServer {
  readonly engine: SqlDatabase["engine"];
  /**
   * Adds a database with an owner of the same name.
   *
   * @param name lower-case letters, digits and underscores
   * @throws PlatformError for a name that would have to be quoted and for a database added twice
   */
  database(name: string): SqlDatabase;
  /**
   * Keeps a name of Vault's database engine that clients already use, for users of one of the databases.
   *
   * @default - the server has no such names
   */
  promiseRole?(role: string, database: string): void;
}
