import type { JsonObject } from "../../constructs/terraform";
import { cidr } from "../../environments/schema/cidr";
import { agreed, field } from "../../environments/schema/field";
import { declaredKey } from "../../environments/schema/service-secrets";
import { dnsLabel, list, record, strict, text, wholeNumber } from "../fields";

/** Names of catalogues that services bring, and the one that Trino has itself. */
const takenCatalogs = ["system", "lake", "hive", "polaris", "lakekeeper", "kafka", "clickhouse"];

/** A catalogue: what Trino takes without quotes, and no name that is taken. */
const catalogName = {
  pattern: new RegExp(`^(?!(?:${takenCatalogs.join("|")})$)[a-z][a-z0-9_]{0,40}$`),
  allowed: `at most 41 lower-case letters, digits and underscores, starting with a letter, and none of ${takenCatalogs.join(", ")}`,
  next: (given: string) =>
    takenCatalogs.includes(given) ? "use another one: it is taken" : "use a name such as sales_archive",
};

/** A line's value: the chart would read two braces as a template. */
const value = text(/^(?!.*\{\{)[^\r\n]+$/, "a text of one line without {{", "write one line");

const properties = {
  pattern: /^[a-z][a-z0-9_.-]*$/,
  allowed: "a property of Trino: lower-case letters, digits, dots, underscores and hyphens",
  next: "write it as in Trino's documentation, such as query.max-run-time",
};

/** Properties that the service sets itself, or that another setting sets. */
const ownProperties = [
  "coordinator",
  "discovery.uri",
  "fault-tolerant-execution-task-memory",
  "http-server.authentication.type",
  "http-server.http.port",
  "http-server.https.enabled",
  "http-server.https.keystore.path",
  "http-server.https.port",
  "http-server.process-forwarded",
  "internal-communication.shared-secret",
  "management.user",
  "node-scheduler.include-coordinator",
  "query.max-memory",
  "query.max-memory-per-node",
  "retry-policy",
  "shutdown.grace-period",
];

/** Lines of `config.properties`. */
export const configProperties = record(
  {
    ...properties,
    pattern: new RegExp(`^(?!(?:${ownProperties.join("|").replaceAll(".", "\\.")})$)[a-z][a-z0-9_.-]*$`),
    allowed: `${properties.allowed}, and none that the service sets`,
    next: (given) => (ownProperties.includes(given) ? "leave it out" : properties.next),
  },
  value,
  "properties with their values",
).optional();

const server = agreed(
  strict({
    namespace: dnsLabel().optional(),
    labels: record(
      { pattern: /^[A-Za-z0-9][\w./-]*$/, allowed: "a label of pods", next: "write it as app.kubernetes.io/name" },
      value,
      "labels with their values",
    ).optional(),
    cidr: cidr().optional(),
    port: wholeNumber(1, 65535),
  }),
  ({ namespace, cidr: range }) => (namespace === undefined) !== (range === undefined),
  { allowed: "either namespace or cidr", next: "name pods by namespace and labels, or addresses outside by cidr" },
);

/** Catalogues of the environment's own. */
export const extraCatalogs = record(
  catalogName,
  strict({
    properties: record(properties, value, "properties with their values"),
    secrets: record(properties, declaredKey("sources/crm#password"), "properties with keys of secrets").optional(),
    servers: list(server, "servers").optional(),
  }),
  "catalogues by name",
).optional();

/** An object as Trino's own documentation describes it. */
const json = (what: string) =>
  field<JsonObject>({
    accepts: (given): given is JsonObject => typeof given === "object" && given !== null && !Array.isArray(given),
    allowed: `an object: ${what}`,
    next: "write it as in Trino's documentation",
  });

/** Files of rules, as Trino reads them. */
export const accessControl = json("the rules of file-based access control").optional();
export const resourceGroups = json("the file of resource groups").optional();

/** Topics, and descriptions of their tables. */
export const kafkaTopics = strict({
  topics: list(
    text(
      /^[A-Za-z0-9._-]{1,248}\*?$/,
      "the name of a topic, or the beginning of names with a *",
      "use one such as sales.*",
    ),
    "topics",
  ),
  tables: record(
    {
      pattern: /^[a-z][a-z0-9_]*$/,
      allowed: "a table: lower-case letters, digits and underscores, starting with a letter",
      next: "use a name such as orders",
    },
    json("topicName, key and message of a table of Kafka"),
    "tables with their descriptions",
  ).optional(),
}).optional();

/** People and programs that log in. */
export const authentication = strict({
  users: list(
    text(
      /^(?!tools$)[a-z][a-z0-9_-]{0,39}$/,
      "at most 40 lower-case letters, digits, underscores and hyphens, and not tools",
      "use a name such as analyst",
    ),
    "users",
  ).optional(),
}).optional();

/** Options of the JVM. */
export const jvmOptions = list(
  text(
    /^-(?!Xm[xs]|XX:(Max|Initial)RAMPercentage)\S+$/,
    "an option of the JVM, none of the heap",
    "write it as -D or -XX",
  ),
  "options",
).optional();
