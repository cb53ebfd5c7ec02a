import { ApicurioRegistry } from "../constructs/services";
import { defineService } from "./definition";
import {
  common,
  commonFields,
  image,
  ofSize,
  oneOf,
  replicas,
  resources,
  sized,
  sizedResources,
  strict,
} from "./fields";
import { properties } from "./parts/kafka-settings";

/** Database and role of a registry that keeps its schemas in PostgreSQL. */
const database = "schema_registry";

/** Apicurio Registry, with the interface of Confluent's schema registry. */
export const schemaRegistry = defineService({
  input: strict({
    ...commonFields,
    replicas,
    resources,
    image,
    storage: oneOf("postgres", "kafka").optional(),
    config: properties.optional(),
  }),
  resolve: (given, defaults) => ({
    ...common(given),
    replicas: ofSize(given.replicas, defaults, [1, 2]),
    // a Quarkus server that keeps the schemas in use in memory
    resources: sizedResources(given.resources, defaults, [sized("100m", "512Mi"), sized("500m", "1Gi")]),
    /** Where schemas are kept: a database of `postgres`, or topics of `kafka`, which each server reads whole as it starts. */
    storage: given.storage ?? ("postgres" as const),
    /** Apicurio's own settings, such as `apicurio.rest.deletion.artifact.enabled`. */
    config: given.config ?? {},
    ...(given.image !== undefined && { image: given.image }),
  }),
  needs: ({ storage }) => [[storage]],
  workloads: ({ replicas: pods, resources: each }) => [{ component: "schema-registry", pods, resources: each }],
  build: ({ scope, context, namespace, sqlServer, messageBroker, need }, settings) => {
    const built = new ApicurioRegistry(scope, "SchemaRegistry", {
      context,
      namespace: namespace(settings.namespace),
      replicas: settings.replicas,
      resources: settings.resources,
      config: settings.config,
      image: settings.image,
      storage:
        settings.storage === "postgres"
          ? { kind: "sql", database: sqlServer("postgres").database(database) }
          : { kind: "kafka", broker: need(messageBroker, "schemaRegistry", "kafka") },
    });
    return {
      address: built.url,
      schemaRegistry: built,
      ports: { http: built.server },
      metrics: [built.metrics],
      webUis: [
        {
          name: "schema-registry",
          service: built.service,
          server: built.server,
          healthPath: "/apis/registry/v3/system/info",
          login: "none",
        },
      ],
    };
  },
});
