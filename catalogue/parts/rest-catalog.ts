import type { Construct } from "constructs";
import type {
  IcebergCatalog,
  MetricsTarget,
  RestCatalogProps,
  ServiceEndpoint,
  WebUi,
} from "../../constructs/services";
import { bucketName } from "../../constructs/services";
import type { KeyRule } from "../../environments/schema/field";
import { defineService } from "../definition";
import {
  common,
  commonFields,
  image,
  ofSize,
  type Resources,
  record,
  replicas,
  resources,
  sizedResources,
  strict,
  text,
} from "../fields";
import { catalogName } from "./catalog-name";

/** A catalogue's server as it was built. */
interface BuiltRestCatalog {
  readonly server: ServiceEndpoint;
  readonly metrics: MetricsTarget;
  /** @default - it has no page */
  readonly ui?: WebUi;
  /** @param name under which engines show it */
  catalog(name: string): IcebergCatalog;
}

/** What differs between such catalogues. */
interface RestCatalogService {
  /** Name of the service, of its database, of its bucket and, where an environment says nothing, of the catalogue in engines. */
  readonly service: string;
  /** Names of its own settings. */
  readonly setting: KeyRule;
  /** What each server asks for, as [small, large]. */
  readonly sizes: readonly [Resources, Resources];
  readonly build: (scope: Construct, props: RestCatalogProps) => BuiltRestCatalog;
}

/** A catalogue of Iceberg tables that speaks Iceberg's REST protocol, on PostgreSQL, with a warehouse in the object store. */
export function defineRestCatalog({ service, setting, sizes, build }: RestCatalogService) {
  return defineService({
    input: strict({
      ...commonFields,
      replicas,
      resources,
      image,
      warehouse: text(bucketName.pattern, bucketName.allowed, `use a name such as ${service}`).optional(),
      catalog: catalogName.optional(),
      config: record(setting, text(/^.*$/s, "a text", "write it in quotes"), "settings").optional(),
    }),
    resolve: (given, defaults) => ({
      ...common(given),
      replicas: ofSize(given.replicas, defaults, [1, 2]),
      resources: sizedResources(given.resources, defaults, sizes),
      image: given.image,
      /** Bucket of the tables, and name of the warehouse that engines ask for. */
      warehouse: given.warehouse ?? service,
      /** Name under which engines show it. */
      catalog: given.catalog ?? service,
      config: given.config ?? {},
    }),
    needs: () => [["postgres"], ["objectStore"]],
    buckets: ({ warehouse }) => [warehouse],
    workloads: ({ replicas: pods, resources: each }) => [{ component: service, pods, resources: each }],
    tables: ({ warehouse }) => [warehouse],
    build: ({ scope, context, namespace, sqlServer, keyedBucket }, settings) => {
      const built = build(scope, {
        context,
        namespace: namespace(settings.namespace),
        replicas: settings.replicas,
        resources: settings.resources,
        image: settings.image,
        database: sqlServer("postgres").database(service),
        warehouse: keyedBucket(settings.warehouse),
        warehouseName: settings.warehouse,
        config: settings.config,
      });
      const catalog = built.catalog(settings.catalog);
      return {
        address: catalog.uri,
        catalogs: [catalog],
        ports: { http: built.server },
        metrics: [built.metrics],
        ...(built.ui && { webUis: [built.ui] }),
      };
    },
  });
}
