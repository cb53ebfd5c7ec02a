import { beatResources, operatorNamespaces, Superset, SupersetOperator } from "../constructs/services";
import { declaredKey } from "../environments/schema/service-secrets";
import { defineService, type OperatorDefinition } from "./definition";
import {
  common,
  commonFields,
  image,
  ofSize,
  record,
  replicas,
  resources,
  runAs,
  sized,
  sizedResources,
  strict,
  text,
  truth,
  wholeNumber,
} from "./fields";
import { databaseEngines } from "./parts/database-engines";

const operatorResources = sized("20m", "128Mi");

/** The operator of Apache Superset. */
const operator: OperatorDefinition = {
  id: "Superset",
  namespace: operatorNamespaces.superset,
  workloads: (pods) => [{ component: "superset-operator", pods, resources: operatorResources }],
  build: (scope, id, { namespace, flows, replicas: pods, watched }) => {
    new SupersetOperator(scope, id, { namespace, flows, replicas: pods, watched, resources: operatorResources });
  },
};

/** Apache Superset. */
export const superset = defineService({
  input: strict({
    ...commonFields,
    replicas,
    resources,
    serverWorkers: wholeNumber(1, 64).optional(),
    workers: strict({ replicas: wholeNumber(0, 50).optional(), resources }).optional(),
    image,
    runAs,
    credentials: strict({
      secretKey: declaredKey("datalyptica/superset-credentials#secret-key").optional(),
      adminPassword: declaredKey("datalyptica/superset-credentials#admin-password").optional(),
    }).optional(),
    featureFlags: record(
      {
        pattern: /^[A-Z][A-Z0-9_]*$/,
        allowed: "a feature flag: upper-case letters, digits and underscores",
        next: (given) => `did you mean ${given.toUpperCase().replace(/[^A-Z0-9]/g, "_")}?`,
      },
      truth(),
      "feature flags",
    ).optional(),
    config: text(/\S/, "lines of superset_config.py", "write Python, such as ROW_LIMIT = 10000").optional(),
  }),
  resolve: (given, defaults) => ({
    ...common(given),
    replicas: ofSize(given.replicas, defaults, [1, 2]),
    // each of its processes holds about 300Mi
    resources: sizedResources(given.resources, defaults, [sized("200m", "1536Mi"), sized("500m", "3Gi")]),
    /** Processes of each pod. */
    serverWorkers: given.serverWorkers ?? 4,
    /** Pods that run long queries, alerts and reports; none runs nothing in the background. */
    workers: {
      replicas: ofSize(given.workers?.replicas, defaults, [1, 2]),
      resources: sizedResources(given.workers?.resources, defaults, [sized("100m", "1Gi"), sized("500m", "3Gi")]),
    },
    /** The project's own, with drivers of all data sources, when absent. */
    image: given.image,
    runAs: given.runAs,
    /** Keys of declared secrets; what is left out is made. */
    credentials: given.credentials ?? {},
    featureFlags: given.featureFlags ?? {},
    /** Python that is added to `superset_config.py`. */
    config: given.config,
  }),
  needs: () => [["postgres"], ["valkey"]],
  uses: ["trino", "kyuubi", "clickhouse", "postgres", "mariadb"],
  operators: () => [operator],
  workloads: ({ replicas: pods, resources: each, workers }) => [
    { component: "superset", pods, resources: each },
    ...(workers.replicas > 0
      ? [
          { component: "superset-worker", pods: workers.replicas, resources: workers.resources },
          { component: "superset-beat", pods: 1, resources: beatResources },
        ]
      : []),
  ],
  build: (site, settings) => {
    const { secretKey, adminPassword } = settings.credentials;
    const built = new Superset(site.scope, "Superset", {
      context: site.context,
      namespace: site.namespace(settings.namespace),
      replicas: settings.replicas,
      resources: settings.resources,
      serverWorkers: settings.serverWorkers,
      workers: settings.workers.replicas,
      worker: settings.workers.resources,
      database: site.sqlServer("postgres").database("superset"),
      cache: site.need(site.keyValueStore, "superset", "valkey"),
      queryEngines: [...site.queryEngines, ...databaseEngines(site)],
      credentials: {
        secretKey: secretKey === undefined ? undefined : site.declaredKey(secretKey),
        adminPassword: adminPassword === undefined ? undefined : site.declaredKey(adminPassword),
      },
      image: settings.image,
      runAs: settings.runAs,
      featureFlags: settings.featureFlags,
      config: settings.config,
      dependsOn: site.declared,
    });
    return { address: built.address, ports: { http: built.server }, webUis: [built.webUi] };
  },
});
