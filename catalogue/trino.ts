import { type ExtraCatalog, Trino } from "../constructs/services";
import { databasesInput } from "../environments/schema/databases";
import type { Problem } from "../environments/schema/errors";
import { defineService, type ServiceSite } from "./definition";
import {
  common,
  commonFields,
  image,
  ofSize,
  oneOf,
  replicas,
  resources,
  runAs,
  sized,
  sizedResources,
  strict,
  wholeNumber,
} from "./fields";
import {
  accessControl,
  authentication,
  configProperties,
  extraCatalogs,
  jvmOptions,
  kafkaTopics,
  resourceGroups,
} from "./parts/trino-fields";

/** Bucket in which workers leave what others read, where queries outlive a worker. */
const exchange = "trino-exchange";

/** Tables that are joined are held in memory, so that its servers want much of it for each CPU. */
const pools = ["memory"] as const;

/** Trino: SQL over the catalogues that are on, over databases, topics, ClickHouse and the environment's own sources. */
export const trino = defineService({
  input: strict({
    ...commonFields,
    workers: replicas,
    coordinator: resources,
    worker: resources,
    image,
    runAs,
    autoscaling: strict({ max: wholeNumber(1, 100), targetCpu: wholeNumber(10, 100).optional() }).optional(),
    shutdownGraceSeconds: wholeNumber(0, 3600).optional(),
    databases: databasesInput,
    kafka: kafkaTopics,
    extraCatalogs,
    faultTolerant: oneOf("QUERY", "TASK").optional(),
    authentication,
    accessControl,
    resourceGroups,
    config: configProperties,
    coordinatorConfig: configProperties,
    jvmOptions,
  }),
  resolve: (given, defaults) => ({
    ...common(given),
    /** Workers beside the one coordinator; the least of them with autoscaling. */
    workers: ofSize(given.workers, defaults, [1, 3]),
    // plans queries; below 1.5Gi the JVM has no room left for a query
    coordinator: sizedResources(given.coordinator, defaults, [sized("400m", "1536Mi"), sized("2", "8Gi")]),
    // holds the data of running queries, so the largest of all
    worker: sizedResources(given.worker, defaults, [sized("400m", "1536Mi"), sized("4", "16Gi")]),
    image: given.image,
    runAs: given.runAs,
    /** More workers while they are busy. Asks for the metrics API of Kubernetes. */
    autoscaling: given.autoscaling && { ...given.autoscaling, targetCpu: given.autoscaling.targetCpu ?? 70 },
    /** Seconds that a worker waits before and after its running tasks when it is to stop; 0 stops it at once. */
    shutdownGraceSeconds: ofSize(given.shutdownGraceSeconds, defaults, [0, 120]),
    /** Databases of `postgres` that it reads, each as a catalogue of the same name. */
    databases: given.databases ?? [],
    /** Topics of `kafka` that it reads, as the catalogue `kafka`. */
    kafka: given.kafka,
    extraCatalogs: given.extraCatalogs ?? {},
    /** What is repeated when a worker is lost. */
    faultTolerant: given.faultTolerant,
    /** Users who log in with a password, over TLS. */
    authentication: given.authentication && { users: given.authentication.users ?? [] },
    accessControl: given.accessControl,
    resourceGroups: given.resourceGroups,
    config: given.config,
    coordinatorConfig: given.coordinatorConfig,
    jvmOptions: given.jvmOptions,
  }),
  needs: () => [["nessie", "polaris", "lakekeeper", "hiveMetastore"], ["objectStore"]],
  uses: ["postgres", "kafka", "schemaRegistry", "clickhouse"],
  check: ({ autoscaling, workers, databases, extraCatalogs: extra, kafka, authentication: login }, all) => [
    ...(autoscaling && autoscaling.max < workers
      ? [problem("autoscaling.max", autoscaling.max, `workers (${workers}) or more`, `give ${workers} or more`)]
      : []),
    ...databases
      .filter((database) => database in extra)
      .map((database) =>
        problem(
          `extraCatalogs.${database}`,
          database,
          "a name that no database of trino.databases has",
          "use another one",
        ),
      ),
    ...twice(login?.users ?? []).map((index) =>
      problem(`authentication.users[${index}]`, login?.users[index], "each user once", "remove it"),
    ),
    ...kafkaProblems(kafka, all),
  ],
  buckets: ({ faultTolerant }) => (faultTolerant ? [exchange] : []),
  googleIdentities: ({ namespace }, { tables }) => [
    {
      name: "trino",
      kubernetes: [{ namespace, serviceAccount: "trino" }],
      buckets: tables.map((bucket) => ({ bucket, access: "write" })),
    },
  ],
  workloads: ({ workers, autoscaling, coordinator, worker }) => [
    { component: "trino-coordinator", pods: 1, resources: coordinator, pools },
    { component: "trino-worker", pods: autoscaling?.max ?? workers, resources: worker, pools },
  ],
  build: (site, { namespace, aliases: _, faultTolerant, kafka, databases, extraCatalogs: extra, ...settings }) => {
    const { scope, context, catalogs, need, database, keyedBucket, messageBroker, schemaRegistry, queryEngines } = site;
    need(catalogs[0], "trino", "nessie, polaris, lakekeeper or hiveMetastore");
    const built = new Trino(scope, "Trino", {
      ...settings,
      context,
      namespace: site.namespace(namespace),
      catalogs,
      databases: databases.map((name) => need(database(name), "trino", `the database ${name} of postgres`)),
      kafka: kafka && { ...kafka, broker: need(messageBroker, "trino", "kafka"), registry: schemaRegistry },
      engines: queryEngines.filter(({ dialect }) => dialect === "clickhousedb"),
      extraCatalogs: Object.fromEntries(
        Object.entries(extra).map(([name, given]) => [name, extraCatalog(site, name, given)]),
      ),
      faultTolerance: faultTolerant && { policy: faultTolerant, exchange: keyedBucket(exchange) },
    });
    return {
      address: built.address,
      ports: built.ports,
      queryEngines: [built.engine],
      webUis: [built.webUi],
      metrics: [built.metrics],
    };
  },
});

type GivenCatalog = NonNullable<NonNullable<ReturnType<(typeof extraCatalogs)["parse"]>>[string]>;

function extraCatalog(
  site: ServiceSite,
  name: string,
  { properties, secrets = {}, servers = [] }: GivenCatalog,
): ExtraCatalog {
  return {
    properties,
    secrets: Object.fromEntries(Object.entries(secrets).map(([property, key]) => [property, site.declaredKey(key)])),
    servers: servers.map(({ namespace, labels, cidr, port }, index) => {
      const end = `${name.replaceAll("_", "-")}-${index + 1}`;
      return {
        port,
        end:
          namespace === undefined
            ? { name: end, cidrs: cidr === undefined ? [] : [cidr] }
            : { name: end, namespace: site.namespace(namespace), podLabels: labels },
      };
    }),
  };
}

function kafkaProblems(
  kafka: { readonly topics: readonly string[]; readonly tables?: object } | undefined,
  all: { readonly [service: string]: unknown },
): readonly Problem[] {
  if (!kafka) return [];
  if (!all.kafka) return [problem("kafka", kafka.topics, "topics where kafka is on", "add services.kafka")];
  const listed = all.schemaRegistry !== undefined && kafka.tables === undefined;
  return kafka.topics.flatMap((topic, index) =>
    topic.endsWith("*") && !listed
      ? [
          problem(
            `kafka.topics[${index}]`,
            topic,
            "names in full without a registry, or with tables",
            "name each topic",
          ),
        ]
      : [],
  );
}

/** Positions of entries that are there already. */
function twice(entries: readonly string[]): readonly number[] {
  return entries.flatMap((entry, index) => (entries.indexOf(entry) < index ? [index] : []));
}

function problem(path: string, given: unknown, allowed: string, next: string): Problem {
  return { path, given: JSON.stringify(given), allowed, next };
}
