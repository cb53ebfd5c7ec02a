import { Flink, FlinkOperator, flinkImageVersion, operatorNamespaces, taskManagersOf } from "../constructs/services";
import { defineService, type OperatorDefinition } from "./definition";
import {
  common,
  commonFields,
  image,
  list,
  ofSize,
  oneOf,
  record,
  replicas,
  resources,
  sized,
  sizedResources,
  strict,
  text,
  truth,
  wholeNumber,
} from "./fields";
import { flinkProblems } from "./parts/flink-problems";
import { brokerGrants, grants, properties } from "./parts/kafka-settings";

/** Namespace when none is named: with high availability the code of jobs may read and change the ConfigMaps beside it. */
const ownNamespace = "flink";

/** Bucket of checkpoints, savepoints and the state of the clusters. */
const bucket = "flink";

/** User of the broker, and the beginning of the groups and transactions that it may use. */
const brokerUser = "flink";

/** Task managers compute without an end; the job managers that watch them do not. */
const pools = ["compute"] as const;

const operatorResources = sized("50m", "512Mi");

const job = strict({
  image: image.unwrap(),
  jarUri: text(
    /^local:\/\/\/(?!opt\/flink\/usrlib\/)\S+\.jar$/,
    "local:///, the path of a jar in the image, and not below /opt/flink/usrlib, which the operator covers",
    "use a path such as local:///opt/flink/jobs/orders.jar",
  ),
  entryClass: text(/^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$/, "a Java class", "use a name such as com.example.Orders"),
  args: list(text(/^.*$/s, "a text", "write it in quotes"), "arguments").optional(),
  parallelism: wholeNumber(1, 1000).optional(),
  upgradeMode: oneOf("stateless", "last-state", "savepoint").optional(),
  state: oneOf("running", "suspended").optional(),
  jobManager: resources,
  taskManager: resources,
  flinkProperties: properties.optional(),
});

/** Flink's operator. */
const operator: OperatorDefinition = {
  id: "FlinkOperator",
  namespace: operatorNamespaces.flink,
  workloads: (pods) => [{ component: "flink-operator", pods, resources: operatorResources }],
  build: (scope, id, { namespace, flows, replicas: pods, watched }) => {
    new FlinkOperator(scope, id, { namespace, flows, replicas: pods, watched, resources: operatorResources });
  },
};

/** Flink: a session cluster, and jobs with clusters of their own. */
export const flink = defineService({
  input: strict({
    ...commonFields,
    jobManager: strict({ replicas, resources }).optional(),
    taskManager: strict({ replicas, resources, slots: wholeNumber(1, 64).optional() }).optional(),
    image,
    version: text(
      /^1\.20\.\d+$/,
      "a version of Flink 1.20",
      "use a version such as 1.20.4: the operator keeps no leader of a later one",
    ).optional(),
    flinkProperties: properties.optional(),
    webSubmit: truth().optional(),
    highAvailability: truth().optional(),
    brokerGrants: grants.optional(),
    jobs: record(
      {
        pattern: /^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/,
        allowed: "at most 40 lower-case letters, digits and dashes, starting with a letter",
        next: "use a name such as orders",
      },
      job,
      "jobs",
    ).optional(),
  }),
  resolve: (given, defaults) => {
    // below 1Gi and 1536Mi a JVM of Flink has no room left for tasks
    const jobManager = sizedResources(given.jobManager?.resources, defaults, [sized("100m", "1Gi"), sized("1", "2Gi")]);
    const taskManager = sizedResources(given.taskManager?.resources, defaults, [
      sized("200m", "1536Mi"),
      sized("2", "8Gi"),
    ]);
    return {
      ...common(given),
      namespace: given.namespace ?? ownNamespace,
      jobManager: { replicas: ofSize(given.jobManager?.replicas, defaults, [1, 2]), resources: jobManager },
      taskManager: { replicas: ofSize(given.taskManager?.replicas, defaults, [1, 3]), resources: taskManager },
      /** Tasks that a task manager takes at a time. */
      slots: given.taskManager?.slots ?? 2,
      ...(given.image !== undefined && { image: given.image }),
      /** Version of Flink in the images. */
      version: given.version ?? flinkImageVersion,
      /** Flink's own settings, of all clusters. */
      flinkProperties: given.flinkProperties ?? {},
      /** Whether who reaches the web page may run code by it. */
      webSubmit: given.webSubmit ?? false,
      /** Whether a job manager that is lost is followed by one that goes on with its jobs; it wants a namespace of its own. */
      highAvailability: given.highAvailability ?? true,
      /** What jobs may do in Kafka: without a word, read and write all topics with groups of their own. */
      brokerGrants: brokerGrants(
        given.brokerGrants ?? [
          { type: "topic", name: "*", operations: ["Read", "Write", "Describe"] },
          { type: "group", name: `${brokerUser}-`, pattern: "prefix", operations: ["Read", "Describe"] },
          { type: "transactionalId", name: `${brokerUser}-`, pattern: "prefix", operations: ["Write", "Describe"] },
        ],
      ),
      /** Jobs with a cluster of their own. */
      jobs: Object.fromEntries(
        Object.entries(given.jobs ?? {}).map(([name, one]) => [
          name,
          {
            image: one.image,
            jarUri: one.jarUri,
            entryClass: one.entryClass,
            args: one.args ?? [],
            parallelism: one.parallelism ?? 1,
            upgradeMode: one.upgradeMode ?? ("last-state" as const),
            state: one.state ?? ("running" as const),
            jobManager: sizedResources(one.jobManager, defaults, [jobManager, jobManager]),
            taskManager: sizedResources(one.taskManager, defaults, [taskManager, taskManager]),
            config: one.flinkProperties ?? {},
          },
        ]),
      ),
    };
  },
  needs: () => [["objectStore"]],
  uses: ["kafka", "schemaRegistry", "nessie", "polaris", "lakekeeper", "hiveMetastore"],
  buckets: () => [bucket],
  operators: () => [operator],
  check: (settings, all) => flinkProblems(settings, all),
  workloads: ({ jobManager, taskManager, slots, jobs }) => [
    { component: "flink-jobmanager", pods: jobManager.replicas, resources: jobManager.resources },
    { component: "flink-taskmanager", pods: taskManager.replicas, resources: taskManager.resources, pools },
    ...Object.entries(jobs).flatMap(([name, one]) => [
      { component: `flink-${name}-jobmanager`, pods: 1, resources: one.jobManager },
      { component: `flink-${name}-taskmanager`, pods: taskManagersOf(one, slots), resources: one.taskManager, pools },
    ]),
  ],
  build: ({ scope, context, namespace, keyedBucket: bucketOf, catalogs, messageBroker, schemaRegistry }, settings) => {
    const built = new Flink(scope, "Flink", {
      context,
      namespace: namespace(settings.namespace),
      jobManager: settings.jobManager,
      taskManager: settings.taskManager,
      slots: settings.slots,
      image: settings.image,
      version: settings.version,
      config: settings.flinkProperties,
      webSubmit: settings.webSubmit,
      highAvailability: settings.highAvailability,
      jobs: settings.jobs,
      bucket: bucketOf(bucket),
      catalogs,
      kafka: messageBroker?.user(brokerUser, settings.brokerGrants),
      schemaRegistry,
    });
    return {
      address: built.address,
      ports: { rpc: built.rpc, http: built.server },
      webUis: [built.webUi],
      metrics: [built.metrics],
    };
  },
});
