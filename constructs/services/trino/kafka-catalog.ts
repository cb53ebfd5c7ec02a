import type { IConstruct } from "constructs";
import { type JsonObject, PlatformError, stableJson } from "../../terraform";
import type { BrokerGrant, MessageBroker, PodsEnd, SchemaRegistry } from "../contracts";
import type { ServiceContext } from "../service-context";
import { authorityFile, type TrinoPart } from "./parts";

/** Topics that Trino shows as tables of the catalogue `kafka`. */
export interface KafkaTopics {
  readonly broker: MessageBroker;
  /**
   * Whose schemas are the columns of tables where no table is described.
   *
   * @default - none: a table has the columns of its description, or the message as one column
   */
  readonly registry?: SchemaRegistry;
  /** Names of topics; one that ends with `*` stands for all that begin so, which only a registry can list. */
  readonly topics: readonly string[];
  /**
   * Descriptions of tables by name, as the connector reads them: `topicName`, `key` and `message`.
   *
   * @default - none
   */
  readonly tables?: { readonly [table: string]: JsonObject };
}

/** Name of the catalogue, and beginning of the names of what belongs to it. */
export const kafkaCatalog = "kafka";

/** Trino's user of the broker. */
const user = "trino";

/** Secret and folder with the client's settings, which have the password. */
const settingsSecret = "trino-kafka";
const settingsFolder = "/etc/trino-kafka";
const settingsFile = "kafka.properties";

/** Where the chart puts descriptions of tables, value `kafka.mountPath`. */
const descriptions = "/etc/trino/schemas";

/**
 * The topics of a broker as tables that can be read.
 *
 * The connector itself knows no passwords, so they come in a file of the client's own settings.
 *
 * @throws PlatformError for no topics, and for beginnings of names without a registry
 * @see https://trino.io/docs/current/connector/kafka.html
 */
export function kafkaTopics(
  scope: IConstruct,
  context: ServiceContext,
  trino: PodsEnd,
  { broker, registry, topics, tables = {} }: KafkaTopics,
): TrinoPart {
  const schemas = Object.keys(tables).length === 0 ? registry : undefined;
  if (topics.length === 0 || (!schemas && topics.some((topic) => topic.endsWith("*")))) {
    throw new PlatformError(
      scope,
      `topics of trino are [${topics.join(", ")}]`,
      schemas ? "name at least one" : "name each in full, or leave the tables out and switch schemaRegistry on",
    );
  }
  const { username, password, server, resource } = broker.user(user, topics.map(readGrant));
  const settings = context.store(trino.namespace).externalSecret({
    name: settingsSecret,
    data: { password },
    composed: { [settingsFile]: clientSettings(username) },
    follows: { by: "reloader" },
  });
  return {
    catalogs: {
      [kafkaCatalog]: [
        "connector.name=kafka",
        `kafka.nodes=${broker.bootstrapServers}`,
        `kafka.config.resources=${settingsFolder}/${settingsFile}`,
        ...(schemas ? fromRegistry(schemas) : fromFiles(topics, tables)),
      ].join("\n"),
    },
    objects: [settings.object],
    secretMounts: [{ name: settingsSecret, secretName: settingsSecret, path: settingsFolder }],
    restartOn: [settings],
    authority: true,
    tableDescriptions: Object.fromEntries(
      Object.entries(tables).map(([table, rest]) => [`${table}.json`, stableJson({ tableName: table, ...rest })]),
    ),
    calls: [
      { from: "all servers", to: server, reason: "reads topics" },
      ...(schemas ? [{ from: "all servers" as const, to: schemas.server, reason: "looks up schemas" }] : []),
    ],
    dependsOn: [resource, schemas?.resource],
  };
}

function readGrant(topic: string): BrokerGrant {
  const prefix = topic.endsWith("*");
  return {
    type: "topic",
    name: prefix ? topic.slice(0, -1) : topic,
    pattern: prefix ? "prefix" : "literal",
    operations: ["Read", "Describe"],
  };
}

/** Settings of Kafka's client, as a template of External Secrets. */
function clientSettings(username: string): string {
  return [
    "security.protocol=SASL_SSL",
    "sasl.mechanism=SCRAM-SHA-512",
    `sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="${username}" password="{{ .password }}";`,
    "ssl.truststore.type=PEM",
    `ssl.truststore.location=${authorityFile}`,
    "",
  ].join("\n");
}

function fromRegistry(registry: SchemaRegistry): readonly string[] {
  return ["kafka.table-description-supplier=CONFLUENT", `kafka.confluent-schema-registry-url=${registry.url}`];
}

/** A table for each topic, or of the name that its description gives it. */
function fromFiles(topics: readonly string[], tables: NonNullable<KafkaTopics["tables"]>): readonly string[] {
  const described = new Set(Object.values(tables).map(({ topicName }) => topicName));
  const plain = topics.filter((topic) => !described.has(topic));
  return [
    "kafka.table-description-supplier=FILE",
    `kafka.table-names=${[...Object.keys(tables), ...plain].join(",")}`,
    `kafka.table-description-dir=${descriptions}`,
    // A topic that is not described has no other columns than the connector's own.
    `kafka.hide-internal-columns=${plain.length === 0}`,
  ];
}
