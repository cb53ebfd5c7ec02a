import type { ITerraformDependable } from "cdktf";
import type { SecretKey } from "../../secrets";
import type { ServiceEndpoint } from "./endpoint";

/** What a user of a broker may do with a topic or a group of consumers. */
export interface BrokerGrant {
  readonly type: "topic" | "group" | "transactionalId";
  readonly name: string;
  /** `prefix`: all names that begin with it. */
  readonly pattern: "literal" | "prefix";
  readonly operations: readonly ("Read" | "Write" | "Describe" | "Create" | "Alter" | "Delete" | "All")[];
}

/** A broker that speaks Kafka's protocol over TLS, with passwords (SASL_SSL, SCRAM-SHA-512). */
export interface MessageBroker {
  /** `host:port` for clients with TLS and password. */
  readonly bootstrapServers: string;
  /**
   * Adds a user that may do what is granted and nothing else.
   *
   * @param name lower-case letters, digits and dashes
   * @throws PlatformError for a user that is there already
   */
  user(name: string, grants: readonly BrokerGrant[]): BrokerUser;
}

/**
 * A user of a {@link MessageBroker}. The broker's certificate is of the services' authority: a consumer that has a certificate
 * of it (`serviceCertificate`) finds the authority in key `ca.crt` of that Secret.
 */
export interface BrokerUser {
  readonly username: string;
  readonly password: SecretKey;
  readonly broker: MessageBroker;
  readonly server: ServiceEndpoint;
  /**
   * What to wait for, where it is made in the same stack.
   *
   * @default - nothing
   */
  readonly resource?: ITerraformDependable;
}
