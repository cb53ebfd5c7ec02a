import { text } from "../fields";

/** Name under which engines show a catalogue: Trino's connector, Spark's catalogue. */
export const catalogName = text(
  /^(?!(?:system|jmx|memory|tpch|tpcds|lake|hive|kafka|clickhouse)$)[a-z][a-z0-9_]{0,40}$/,
  "at most 41 lower-case letters, digits and underscores, starting with a letter, and none that Trino or another service has",
  "use a name such as lake",
);
