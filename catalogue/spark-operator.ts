import {
  operatorNamespaces,
  SparkJobs,
  SparkOperator,
  sparkJobAccount,
  sparkOperatorMetrics,
} from "../constructs/services";
import type { Problem } from "../environments/schema/errors";
import { defineService } from "./definition";
import { common, commonFields, dnsLabel, list, resources, sized, sizedResources, strict } from "./fields";
import { lakehouseBuckets, lakehouseOf, propertiesField, tableServices } from "./parts/spark-fields";
import { jobProblems, jobsField, jobsOf } from "./parts/spark-jobs";

/** Namespace of Spark jobs when none is named: who may start a pod beside a database may read what it reads. */
const jobsNamespace = "spark-jobs";

/** The Spark operator, with the namespaces in which its jobs run, and jobs of the environment itself. */
export const sparkOperator = defineService({
  input: strict({
    ...commonFields,
    jobNamespaces: list(dnsLabel(), "namespaces").optional(),
    jobs: jobsField,
    config: propertiesField("spark"),
    resources,
  }),
  resolve: (given, defaults) => ({
    ...common(given),
    // its controller starts a JVM for each submission; the jobs ask for their own
    resources: sizedResources(given.resources, defaults, [sized("50m", "384Mi"), sized("100m", "1Gi")]),
    /** Namespaces in which Spark jobs may run. */
    jobNamespaces: given.jobNamespaces ?? [jobsNamespace],
    /** Jobs by name, in the first of the namespaces. */
    jobs: jobsOf(given.jobs, defaults),
    /** Settings of Spark for all jobs of the namespaces. */
    config: given.config ?? {},
  }),
  uses: tableServices,
  googleIdentities: ({ jobNamespaces }, around) => [
    {
      name: "spark-jobs",
      kubernetes: jobNamespaces.map((namespace) => ({ namespace, serviceAccount: sparkJobAccount })),
      buckets: lakehouseBuckets(around),
    },
  ],
  namespaces: ({ jobNamespaces }) => jobNamespaces,
  check: ({ jobNamespaces, jobs }, all) => [
    ...jobNamespaces.flatMap((namespace, index): readonly Problem[] => {
      const owner = Object.keys(all).find((name) => name !== "sparkOperator" && all[name]?.namespace === namespace);
      return owner
        ? [
            {
              path: `jobNamespaces[${index}]`,
              given: `"${namespace}"`,
              allowed: `a namespace without data services: a job could read the secrets of ${owner} there`,
              next: "use one of its own, such as spark-jobs",
            },
          ]
        : [];
    }),
    ...jobProblems(jobs),
  ],
  operators: ({ resources: each, jobNamespaces }) => [
    {
      id: "SparkOperator",
      namespace: operatorNamespaces.spark,
      // The controller and its webhook.
      workloads: (replicas) => [{ component: "spark-operator", pods: 2 * replicas, resources: each }],
      build: (scope, id, { namespace, flows, replicas, namespaceOf, annotationsOf }) => {
        new SparkOperator(scope, id, {
          namespace,
          flows,
          resources: each,
          replicas,
          jobNamespaces: jobNamespaces.map(namespaceOf),
          // One Google identity stands for the jobs of all namespaces, as the chart annotates their accounts alike.
          accountAnnotations: annotationsOf({ namespace: jobNamespaces[0] ?? "", serviceAccount: sparkJobAccount }),
        });
      },
    },
  ],
  workloads: () => [],
  build: (site, { jobNamespaces, jobs, config }) => {
    const { jobNamespaces: namespaces } = new SparkJobs(site.scope, "SparkJobs", {
      context: site.context,
      jobNamespaces: jobNamespaces.map(site.namespace),
      lakehouse: lakehouseOf(site),
      jobs,
      config,
    });
    return {
      jobNamespaces: namespaces,
      metrics: [sparkOperatorMetrics(site.context.namespace(operatorNamespaces.spark))],
    };
  },
});
