import type { ITerraformDependable } from "cdktf";
import type { SecretKey } from "../../secrets";
import type { ServiceEndpoint } from "./endpoint";

/** A store that speaks the Redis protocol. */
export interface KeyValueStore {
  /** Host name inside the cluster. */
  readonly host: string;
  readonly port: number;
  /**
   * Adds a user of the store. A consumer asks its namespace's store of secrets for the password.
   *
   * @param name lower-case letters, digits and dashes
   * @throws PlatformError for a user that is there already
   */
  user(name: string): KeyValueUser;
}

/** A user of a {@link KeyValueStore}. */
export interface KeyValueUser {
  readonly username: string;
  readonly password: SecretKey;
  readonly store: KeyValueStore;
  readonly server: ServiceEndpoint;
  /**
   * What to wait for, where it is made in the same stack.
   *
   * @default - nothing
   */
  readonly resource?: ITerraformDependable;
}
