import { bucketName, Polaris } from "../constructs/services";
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

/** Polaris: a catalogue of Iceberg tables with users and grants. */
export const polaris = defineService({
  input: strict({
    ...commonFields,
    replicas,
    resources,
    image,
    warehouse: text(bucketName.pattern, bucketName.allowed, "use a name such as polaris").optional(),
    catalog: catalogName.optional(),
    config: record(
      {
        pattern: /^[a-zA-Z][\w."-]*$/,
        allowed: 'a setting of Polaris or Quarkus, such as polaris.features."PURGE_VIEW_METADATA_ON_DROP"',
        next: "write it as Polaris' reference of settings does",
      },
      text(/^.*$/s, "a text", "write it in quotes"),
      "settings",
    ).optional(),
  }),
  resolve: (given, defaults) => ({
    ...common(given),
    replicas: ofSize(given.replicas, defaults, [1, 2]),
    // a Quarkus server, as Nessie is
    resources: sizedResources(given.resources, defaults, [sized("100m", "768Mi"), sized("500m", "2Gi")]),
    image: given.image,
    /** Bucket of the tables, and name of the catalogue inside Polaris. */
    warehouse: given.warehouse ?? "polaris",
    /** Name under which engines show it. */
    catalog: given.catalog ?? "polaris",
    config: given.config ?? {},
  }),
  needs: () => [["postgres"], ["objectStore"]],
  buckets: ({ warehouse }) => [warehouse],
  workloads: ({ replicas: pods, resources: each }) => [{ component: "polaris", pods, resources: each }],
  build: ({ scope, context, namespace, sqlServer, bucket }, settings) => {
    const built = new Polaris(scope, "Polaris", {
      context,
      namespace: namespace(settings.namespace),
      replicas: settings.replicas,
      resources: settings.resources,
      image: settings.image,
      database: sqlServer("postgres").database("polaris"),
      warehouse: bucket(settings.warehouse),
      warehouseName: settings.warehouse,
      config: settings.config,
    });
    const catalog = built.catalog(settings.catalog);
    return { address: catalog.uri, catalogs: [catalog], ports: { http: built.server }, metrics: [built.metrics] };
  },
});
