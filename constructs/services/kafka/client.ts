/**
 * Value of `sasl.jaas.config` of a client of Kafka.
 *
 * @param password the password, or a template's reference to it
 */
export function scramLogin(username: string, password: string): string {
  return `org.apache.kafka.common.security.scram.ScramLoginModule required username="${username}" password="${password}";`;
}

/** Settings of a client that are the same for all, beside the servers, the login and the authority's certificate. */
export const scramOverTls = { protocol: "SASL_SSL", mechanism: "SCRAM-SHA-512" } as const;
