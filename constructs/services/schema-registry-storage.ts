import type { ITerraformDependable } from "cdktf";
import type { SecretKey } from "../secrets";
import type { JsonObject } from "../terraform";
import type { BrokerGrant, ServiceEndpoint } from "./contracts";
import { scramLogin, scramOverTls } from "./kafka/client";
import type { RegistryStorage } from "./schema-registry";

/** Settings of the registry by their own names. */
export type RegistryConfig = { readonly [key: string]: string | number | boolean };

/** What a registry needs for its storage. */
interface StorageParts {
  readonly config: RegistryConfig;
  /** Variables with what is secret. */
  readonly secret: {
    readonly name: string;
    readonly data: { readonly [key: string]: SecretKey };
    readonly composed?: { readonly [key: string]: string };
  };
  readonly server: ServiceEndpoint;
  readonly resource?: ITerraformDependable;
}

/** Topics of a registry that keeps its schemas in a broker, and the groups of its servers. */
const grants: readonly BrokerGrant[] = [
  ...["kafkasql-journal", "kafkasql-snapshots", "registry-events"].map(
    (name): BrokerGrant => ({ type: "topic", name, pattern: "literal", operations: ["All"] }),
  ),
  { type: "group", name: "apicurio-", pattern: "prefix", operations: ["Read", "Describe", "Delete"] },
];

/**
 * The storage of a registry.
 *
 * @param name of the registry, which is also that of its user and the first part of its Secret
 * @param caFile certificate of the services' authority in its pods
 * @see https://www.apicur.io/registry/docs/apicurio-registry/3.3.x/getting-started/assembly-config-reference.html
 */
export function storageOf(storage: RegistryStorage, name: string, caFile: string): StorageParts {
  if (storage.kind === "sql") {
    const { database } = storage;
    return {
      config: {
        "apicurio.storage.kind": "sql",
        "apicurio.storage.sql.kind": "postgresql",
        "apicurio.datasource.url": database.verifiedJdbcUrl?.(caFile) ?? database.jdbcUrl,
        // The image's own 20 to 100 are more than one consumer of a small server should take.
        "apicurio.datasource.jdbc.initial-size": 2,
        "apicurio.datasource.jdbc.min-size": 2,
        "apicurio.datasource.jdbc.max-size": 20,
      },
      secret: {
        name: `${name}-database`,
        data: { APICURIO_DATASOURCE_USERNAME: database.username, APICURIO_DATASOURCE_PASSWORD: database.password },
      },
      server: database.server,
      resource: database.resource,
    };
  }
  const user = storage.broker.user(name, grants);
  return {
    config: {
      "apicurio.storage.kind": "kafkasql",
      "apicurio.kafkasql.bootstrap.servers": storage.broker.bootstrapServers,
      "apicurio.kafka.common.security.protocol": scramOverTls.protocol,
      "apicurio.kafka.common.sasl.mechanism": scramOverTls.mechanism,
      "apicurio.kafka.common.ssl.truststore.type": "PEM",
      "apicurio.kafka.common.ssl.truststore.location": caFile,
      // Without it the registry does not look at the name in the broker's certificate.
      "apicurio.kafka.common.ssl.endpoint.identification.algorithm": "https",
    },
    secret: {
      name: `${name}-kafka`,
      data: { KAFKA_PASSWORD: user.password },
      composed: { APICURIO_KAFKA_COMMON_SASL_JAAS_CONFIG: scramLogin(user.username, "{{ .KAFKA_PASSWORD }}") },
    },
    server: user.server,
    resource: user.resource,
  };
}

/**
 * Settings as variables of the environment: capitals, and an underscore for all that is no letter or digit.
 *
 * @see https://quarkus.io/guides/config-reference#environment-variables
 */
export function environmentOf(config: RegistryConfig): readonly JsonObject[] {
  return Object.entries(config)
    .map(([key, value]) => ({ name: key.replaceAll(/[^A-Za-z0-9]/g, "_").toUpperCase(), value: String(value) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
