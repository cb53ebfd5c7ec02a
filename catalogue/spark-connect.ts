import { executorPodMebibytes, SparkConnect } from "../constructs/services";
import { defineService } from "./definition";
import { common, commonFields, image, resources, sized, sizedResources, strict } from "./fields";
import { sharedNamespace } from "./parts/own-namespace";
import {
  executorProblems,
  executorsField,
  executorsOf,
  lakehouseBuckets,
  lakehouseOf,
  propertiesField,
  runAsUser,
  tableServices,
} from "./parts/spark-fields";

/** Namespace when none is named: who sends code may read what the server may. */
const ownNamespace = "spark-connect";

/** A Spark Connect server, to which thin clients send queries. */
export const sparkConnect = defineService({
  input: strict({
    ...commonFields,
    resources,
    executors: executorsField.optional(),
    image,
    runAs: runAsUser,
    config: propertiesField("spark"),
  }),
  resolve: (given, defaults) => ({
    ...common({ ...given, namespace: given.namespace ?? ownNamespace }),
    // the driver of all sessions
    resources: sizedResources(given.resources, defaults, [sized("250m", "2Gi"), sized("1", "8Gi")]),
    executors: executorsOf(given.executors, defaults),
    ...(given.image !== undefined && { image: given.image }),
    ...(given.runAs && { user: given.runAs.user }),
    config: given.config ?? {},
  }),
  uses: tableServices,
  googleIdentities: ({ namespace }, around) => [
    {
      name: "connect",
      kubernetes: [{ namespace, serviceAccount: "spark-connect" }],
      buckets: lakehouseBuckets(around),
    },
  ],
  workloads: ({ resources: each, executors }) => [
    { component: "spark-connect", pods: 1, resources: each, pools: ["memory"] },
    {
      component: "spark-connect-executor",
      pods: executors.max,
      resources: sized(`${executors.cores}`, `${executorPodMebibytes(executors)}Mi`),
      pools: ["memory"],
    },
  ],
  check: (settings, all) => [
    ...sharedNamespace({ service: "sparkConnect", who: "who sends code", suggested: ownNamespace }, settings, all),
    ...executorProblems("executors", settings.executors),
  ],
  build: (site, settings) => {
    const built = new SparkConnect(site.scope, "SparkConnect", {
      ...settings,
      context: site.context,
      namespace: site.namespace(settings.namespace),
      lakehouse: lakehouseOf(site),
    });
    return {
      address: built.cluster.url,
      ports: { grpc: built.server },
      sparkCluster: built.cluster,
      metrics: built.metrics,
    };
  },
});
