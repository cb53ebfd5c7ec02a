import type { IConstruct } from "constructs";
import { fixed, generated, keyOf, type SecretKey, type SecretSource } from "../secrets";
import { PlatformError } from "../terraform";
import type { SqlDatabase } from "./contracts";

/** Who owns a database. */
export interface DatabaseOwner {
  readonly username: SecretKey;
  readonly password: SecretKey;
}

/** Passwords of owners that are keys of secrets declared elsewhere, by database. */
export interface DatabasePasswords {
  readonly [database: string]: SecretKey;
}

/** The databases of one server, each with an owner of the same name whose password is made in the source of secrets. */
export class SqlDatabases {
  private readonly databases = new Map<string, SqlDatabase>();

  /**
   * @param scope the server, named in errors
   * @param server first part of the secrets' paths
   * @param credentials owners whose password is a key of a declared secret; others get one of their own
   */
  constructor(
    private readonly scope: IConstruct,
    private readonly server: string,
    private readonly secrets: SecretSource,
    private readonly credentials: DatabasePasswords = {},
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
    const made = make(this.owner(database, this.credentials[database]));
    this.databases.set(database, made);
    return made;
  }

  private owner(database: string, password: SecretKey | undefined): DatabaseOwner {
    const path = `${this.server}/${database.replaceAll("_", "-")}`;
    if (password) {
      return { username: keyOf(this.secrets.secret(path, { username: fixed(database) }), "username"), password };
    }
    const secret = this.secrets.secret(path, { username: fixed(database), password: generated() });
    return { username: keyOf(secret, "username"), password: keyOf(secret, "password") };
  }
}
