import { SparkStandalone } from "../constructs/services";
import { type Bytes, size as bytes } from "../environments/schema/quantity";
import { defineService } from "./definition";
import {
  common,
  commonFields,
  image,
  ofSize,
  resources,
  sized,
  sizedResources,
  strict,
  truth,
  wholeNumber,
} from "./fields";
import {
  eventBucket,
  lakehouseBuckets,
  lakehouseOf,
  mebibytesOf,
  propertiesField,
  runAsUser,
  tableServices,
} from "./parts/spark-fields";

/** Memory of a worker beside what its executors share, in mebibytes. */
const smallestDaemon = 384;

/** Spark with a master and workers of its own, and a client for people. */
export const spark = defineService({
  input: strict({
    ...commonFields,
    master: strict({ resources }).optional(),
    workers: strict({
      replicas: wholeNumber(0, 50).optional(),
      cores: wholeNumber(1, 64).optional(),
      memory: bytes().optional(),
      resources,
    }).optional(),
    client: truth().optional(),
    clientResources: resources,
    eventLog: truth().optional(),
    image,
    runAs: runAsUser,
    config: propertiesField("spark"),
  }),
  resolve: (given, defaults) => {
    const memoryMebibytes = mebibytesOf(ofSize<Bytes>(given.workers?.memory, defaults, ["1536Mi", "4Gi"]));
    // a quarter of a worker's pod is for its own process and for what executors need beside their heaps
    const pod: Bytes = `${Math.ceil((memoryMebibytes * 4) / 3)}Mi`;
    return {
      ...common(given),
      // it schedules and keeps pages, and computes nothing
      master: sizedResources(given.master?.resources, defaults, [sized("100m", "768Mi"), sized("250m", "1Gi")]),
      workers: {
        /** 0: no cluster; the client computes in its own process. */
        replicas: ofSize(given.workers?.replicas, defaults, [1, 2]),
        /** Cores that a worker gives to executors. */
        cores: ofSize(given.workers?.cores, defaults, [1, 2]),
        /** Memory of a worker that its executors share. */
        memoryMebibytes,
        resources: sizedResources(given.workers?.resources, defaults, [sized("250m", pod), sized("2", pod)]),
      },
      /** The deployment spark-iceberg-client, in which people run spark-sql and spark-submit. */
      client: given.client ?? false,
      clientResources: sizedResources(given.clientResources, defaults, [sized("50m", "1Gi"), sized("100m", "2Gi")]),
      /** Whether applications write event logs to the object store. */
      eventLog: given.eventLog ?? true,
      ...(given.image !== undefined && { image: given.image }),
      ...(given.runAs && { user: given.runAs.user }),
      config: given.config ?? {},
    };
  },
  needs: ({ eventLog }) => (eventLog ? [["objectStore"]] : []),
  uses: tableServices,
  buckets: ({ eventLog }) => (eventLog ? [eventBucket] : []),
  googleIdentities: ({ namespace }, around) => [
    { name: "spark", kubernetes: [{ namespace, serviceAccount: "spark" }], buckets: lakehouseBuckets(around) },
  ],
  workloads: ({ master, workers, client, clientResources }) => [
    ...(workers.replicas > 0
      ? [
          { component: "spark-master", pods: 1, resources: master },
          {
            component: "spark-worker",
            pods: workers.replicas,
            resources: workers.resources,
            pools: ["memory"] as const,
          },
        ]
      : []),
    ...(client ? [{ component: "spark-iceberg-client", pods: 1, resources: clientResources }] : []),
  ],
  check: ({ workers, client }) => [
    ...(workers.replicas === 0 && !client
      ? [
          {
            path: "workers.replicas",
            given: "0",
            allowed: "0 only with a client, which computes in its own process",
            next: "give 1 or more, or set client to true",
          },
        ]
      : []),
    ...(mebibytesOf(workers.resources.limits.memory) < workers.memoryMebibytes + smallestDaemon
      ? [
          {
            path: "workers.resources.limits.memory",
            given: `"${workers.resources.limits.memory}"`,
            allowed: `at least ${workers.memoryMebibytes + smallestDaemon}Mi: what executors share and ${smallestDaemon}Mi more`,
            next: "raise it or lower workers.memory",
          },
        ]
      : []),
  ],
  build: (site, { client, clientResources, ...settings }) => {
    const built = new SparkStandalone(site.scope, "Spark", {
      ...settings,
      context: site.context,
      namespace: site.namespace(settings.namespace),
      lakehouse: lakehouseOf(site),
      ...(client && { client: clientResources }),
    });
    return {
      webUis: built.webUis,
      metrics: built.metrics,
      ...(built.cluster && {
        address: built.cluster.url,
        sparkCluster: built.cluster,
        ports: Object.fromEntries([
          ["spark", built.cluster.server],
          ...built.webUis.map(({ server }) => ["ui", server] as const),
        ]),
      }),
    };
  },
});
