import { SparkHistory } from "../constructs/services";
import { defineService } from "./definition";
import { common, commonFields, image, resources, sized, sizedResources, strict, wholeNumber } from "./fields";
import { eventBucket, propertiesField, runAsUser } from "./parts/spark-fields";

/** The page of Spark applications that have ended. */
export const sparkHistory = defineService({
  input: strict({
    ...commonFields,
    resources,
    retentionDays: wholeNumber(1, 3650).optional(),
    image,
    runAs: runAsUser,
    config: propertiesField("spark"),
  }),
  resolve: (given, defaults) => ({
    ...common(given),
    // it reads the whole log of an application that is opened
    resources: sizedResources(given.resources, defaults, [sized("100m", "768Mi"), sized("250m", "2Gi")]),
    /** Days after which a log is removed. */
    retentionDays: given.retentionDays ?? 30,
    ...(given.image !== undefined && { image: given.image }),
    ...(given.runAs && { user: given.runAs.user }),
    config: given.config ?? {},
  }),
  needs: () => [["objectStore"]],
  buckets: () => [eventBucket],
  googleIdentities: ({ namespace }) => [
    {
      name: "history",
      kubernetes: [{ namespace, serviceAccount: "spark-history" }],
      // It removes what is too old.
      buckets: [{ bucket: eventBucket, access: "write" }],
    },
  ],
  workloads: ({ resources: each }) => [{ component: "spark-history", pods: 1, resources: each }],
  build: ({ scope, context, namespace, bucket }, settings) => {
    const built = new SparkHistory(scope, "SparkHistory", {
      ...settings,
      context,
      namespace: namespace(settings.namespace),
      eventLog: bucket(eventBucket),
    });
    return { address: built.address, ports: { ui: built.server }, webUis: built.webUis };
  },
});
