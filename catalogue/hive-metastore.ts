import { HiveMetastoreService } from "../constructs/services";
import { defineService } from "./definition";
import {
  common,
  commonFields,
  image,
  ofSize,
  oneOf,
  record,
  replicas,
  resources,
  runAs,
  sized,
  sizedResources,
  strict,
  text,
} from "./fields";

/** Bucket of the Hive tables. */
const bucket = "hive";

/** Settings of Hive and Hadoop; passwords and addresses are the wiring's. */
const config = record(
  {
    pattern: /^(?!javax\.jdo\.option\.|fs\.s3a\.(endpoint|access|secret))[a-z][\w.-]*$/,
    allowed: "a setting of Hive or Hadoop that is no address and no key of database or object store",
    next: "write it as Hive does, such as metastore.thrift.max.worker.threads",
  },
  text(/^(?!.*\{\{).*$/s, "a text without {{", "write it in quotes"),
  "settings",
);

/** The Hive metastore: a catalogue of Hive and Iceberg tables that speaks Thrift. */
export const hiveMetastore = defineService({
  input: strict({
    ...commonFields,
    replicas,
    database: oneOf("postgres", "mariadb").optional(),
    resources,
    image,
    runAs,
    config: config.optional(),
  }),
  resolve: (given, defaults) => ({
    ...common(given),
    replicas: ofSize(given.replicas, defaults, [1, 2]),
    database: given.database ?? ("postgres" as const),
    // a JVM that reads table metadata for each query
    resources: sizedResources(given.resources, defaults, [sized("200m", "768Mi"), sized("500m", "2Gi")]),
    image: given.image,
    runAs: given.runAs,
    config: given.config ?? {},
  }),
  needs: () => [["objectStore"]],
  uses: ["postgres", "mariadb"],
  check: ({ database }, all) => {
    if (all[database]) return [];
    const other = database === "postgres" ? "mariadb" : "postgres";
    const next = all[other] ? `did you mean ${other}?` : `add services.${database}`;
    return [{ path: "database", given: `"${database}"`, allowed: "a database that is on", next }];
  },
  buckets: () => [bucket],
  tables: () => [bucket],
  workloads: ({ replicas: pods, resources: each }) => [{ component: "hive-metastore", pods, resources: each }],
  build: ({ scope, context, namespace, sqlServer, keyedBucket: bucketOf }, settings) => {
    const built = new HiveMetastoreService(scope, "HiveMetastore", {
      context,
      namespace: namespace(settings.namespace),
      replicas: settings.replicas,
      resources: settings.resources,
      image: settings.image,
      runAs: settings.runAs,
      config: settings.config,
      database: sqlServer(settings.database).database("hive"),
      warehouse: bucketOf(bucket),
    });
    return { address: built.thriftUri, catalogs: [built.catalog("hive")], ports: { thrift: built.server } };
  },
});
