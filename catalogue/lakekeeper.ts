import { bucketName, Lakekeeper } from "../constructs/services";
import { defineService } from "./definition";
import {
  common,
  commonFields,
  image,
  ofSize,
  record,
  replicas,
  resources,
  sized,
  sizedResources,
  strict,
  text,
} from "./fields";
import { catalogName } from "./parts/catalog-name";

/** Lakekeeper: a light catalogue of Iceberg tables. */
export const lakekeeper = defineService({
  input: strict({
    ...commonFields,
    replicas,
    resources,
    image,
    warehouse: text(bucketName.pattern, bucketName.allowed, "use a name such as lakekeeper").optional(),
    catalog: catalogName.optional(),
    config: record(
      {
        pattern: /^(LAKEKEEPER__[A-Z0-9_]+|RUST_LOG)$/,
        allowed: "a setting of Lakekeeper, such as LAKEKEEPER__METRICS_PORT, or RUST_LOG",
        next: "write it as Lakekeeper's page of settings does",
      },
      text(/^.*$/s, "a text", "write it in quotes"),
      "settings",
    ).optional(),
  }),
  resolve: (given, defaults) => ({
    ...common(given),
    replicas: ofSize(given.replicas, defaults, [1, 2]),
    // a Rust server without a heap to fill
    resources: sizedResources(given.resources, defaults, [sized("50m", "256Mi"), sized("250m", "1Gi")]),
    image: given.image,
    /** Bucket of the tables, and name of the warehouse inside Lakekeeper. */
    warehouse: given.warehouse ?? "lakekeeper",
    /** Name under which engines show it. */
    catalog: given.catalog ?? "lakekeeper",
    config: given.config ?? {},
  }),
  needs: () => [["postgres"], ["objectStore"]],
  buckets: ({ warehouse }) => [warehouse],
  workloads: ({ replicas: pods, resources: each }) => [{ component: "lakekeeper", pods, resources: each }],
  build: ({ scope, context, namespace, sqlServer, bucket }, settings) => {
    const built = new Lakekeeper(scope, "Lakekeeper", {
      context,
      namespace: namespace(settings.namespace),
      replicas: settings.replicas,
      resources: settings.resources,
      image: settings.image,
      database: sqlServer("postgres").database("lakekeeper"),
      warehouse: bucket(settings.warehouse),
      warehouseName: settings.warehouse,
      config: settings.config,
    });
    const catalog = built.catalog(settings.catalog);
    return {
      address: catalog.uri,
      catalogs: [catalog],
      ports: { http: built.server },
      metrics: [built.metrics],
      webUis: [built.ui],
    };
  },
});
