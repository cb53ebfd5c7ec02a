import type { IConstruct } from "constructs";
import { PlatformError } from "../terraform";
import { fixed, generated, keyOf, type SecretKey, type VaultSecrets } from "../vault";
import type { SqlDatabase } from "./contracts";

/** Who owns a database. */
export interface DatabaseOwner {
  readonly username: SecretKey;
  readonly password: SecretKey;
}

/** The databases of one server, each with an owner of the same name whose password is made in Vault. */
export class SqlDatabases {
  private readonly databases = new Map<string, SqlDatabase>();

  /**
   * @param scope the server, named in errors
   * @param server first part of the secrets' paths
   */
  constructor(
    private readonly scope: IConstruct,
    private readonly server: string,
    private readonly secrets: VaultSecrets,
  ) {}

  /** @throws PlatformError for a name that would have to be quoted and for a database added twice */
  add(database: string, make: (owner: DatabaseOwner) => SqlDatabase): SqlDatabase {
    if (!/^[a-z][a-z0-9_]{0,40}$/.test(database)) {
      throw new PlatformError(
        this.scope,
        `database is "${database}"`,
        "use at most 41 lower-case letters, digits and underscores, starting with a letter",
      );
    }
    if (this.databases.has(database)) {
      throw new PlatformError(this.scope, `database "${database}" is there twice`, "share it or use another name");
    }
    const secret = this.secrets.secret(`${this.server}/${database.replaceAll("_", "-")}`, {
      username: fixed(database),
      password: generated(),
    });
    const made = make({ username: keyOf(secret, "username"), password: keyOf(secret, "password") });
    this.databases.set(database, made);
    return made;
  }
}
