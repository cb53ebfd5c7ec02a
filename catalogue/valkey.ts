import { Valkey, valkeyExporterResources } from "../constructs/services";
import { declaredKey as declaredKeyField } from "../environments/schema/service-secrets";
import { defineService } from "./definition";
import {
  common,
  commonFields,
  image,
  ofSize,
  oneOf,
  record,
  replicas,
  resources,
  runAs,
  sized,
  sizedResources,
  storage,
  storageClass,
  strict,
  text,
} from "./fields";
import { memorystoreInput, memorystoreSettings, valkeyKinds } from "./parts/memorystore";

/** Directives that the chart sets, and those that would open the store or read files: an environment cannot name them. */
const fixedDirectives = [
  ...["aclfile", "bind", "dir", "include", "loadmodule", "masterauth", "masteruser", "port", "primaryauth"],
  ...["primaryuser", "protected-mode", "rename-command", "replicaof", "requirepass", "slaveof", "unixsocket", "user"],
];

/** Settings of a store in the cluster that mean nothing where Google runs it. */
const ofTheCluster = ["aliases", "credentials", "image", "replicas", "resources", "runAs", "storage", "storageClass"];

/** A store that speaks the Redis protocol, in the cluster or by Memorystore. */
export const valkey = defineService({
  input: strict({
    ...commonFields,
    kind: oneOf(...valkeyKinds).optional(),
    memorystore: memorystoreInput.optional(),
    replicas,
    storage,
    storageClass,
    resources,
    image,
    runAs,
    config: record(
      {
        pattern: /^[a-z][a-z0-9-]*$/,
        allowed: "a directive of valkey.conf",
        next: "write it as Valkey does, such as maxmemory-policy",
      },
      text(/^[^\n]+$/, "a value in quotes, on one line", 'write it in quotes, such as "allkeys-lru"'),
      "directives with their values",
    ).optional(),
    credentials: record(
      {
        pattern: /^[a-z][a-z0-9-]{0,40}$/,
        allowed: "a user of the store: lower-case letters, digits and hyphens",
        next: "use the name of a consumer, such as superset",
      },
      declaredKeyField("platform/redis#password"),
      "users with their passwords",
    ).optional(),
  }),
  resolve: (given, defaults) => ({
    ...common(given),
    kind: given.kind ?? "valkey",
    /** The server that Google runs; none with the other kind, and outside Google Cloud. */
    memorystore: given.kind === "memorystore" ? memorystoreSettings(given.memorystore, defaults) : undefined,
    /** Settings that belong to the other kind. */
    misplaced:
      given.kind === "memorystore"
        ? ofTheCluster.filter((key) => given[key as keyof typeof given] !== undefined)
        : given.memorystore
          ? ["memorystore"]
          : [],
    /** Servers; the first is written to, the others copy it and none takes its place. */
    replicas: ofSize(given.replicas, defaults, [1, 2]),
    storage: ofSize(given.storage, defaults, ["5Gi", "20Gi"]),
    storageClass: given.storageClass ?? defaults.storageClass,
    // half of it is for keys
    resources: sizedResources(given.resources, defaults, [sized("50m", "256Mi"), sized("250m", "2Gi")]),
    /** The chart's own when absent. */
    image: given.image,
    /** User and group of the pods; 999 when absent. */
    runAs: given.runAs,
    /** Directives of valkey.conf. */
    config: given.config ?? {},
    /** Key of a declared secret (`mount/path#key`) that is the password of a user; others get one of their own. */
    credentials: given.credentials ?? {},
  }),
  check: ({ kind, misplaced, config }) => [
    ...misplaced.map((path) => ({
      path,
      given: `a setting of ${kind === "memorystore" ? "a store in the cluster" : "Memorystore"}`,
      allowed: `those of kind ${kind}`,
      next: `remove it, or use kind: "${kind === "memorystore" ? "valkey" : "memorystore"}"`,
    })),
    ...Object.keys(config)
      .filter((directive) => fixedDirectives.includes(directive) || directive.startsWith("tls-"))
      .map((directive) => ({
        path: `config.${directive}`,
        given: "a directive that is not free",
        allowed: "directives that open nothing and move nothing",
        next: "remove it",
      })),
  ],
  workloads: ({ kind, replicas: pods, resources: each, storage: volume }) =>
    kind === "memorystore"
      ? []
      : [
          { component: "valkey", pods, resources: each, storage: volume },
          { component: "valkey-exporter", pods, resources: valkeyExporterResources },
        ],
  build: ({ scope, context, namespace, declaredKey }, settings) => {
    if (settings.memorystore) {
      // The data layer makes it. It is offered to no service: those know passwords, and it takes tokens.
      return { address: `rediss://${settings.memorystore.host}:6379` };
    }
    const built = new Valkey(scope, "Valkey", {
      context,
      namespace: namespace(settings.namespace),
      replicas: settings.replicas,
      storage: settings.storage,
      storageClass: settings.storageClass,
      resources: settings.resources,
      image: settings.image,
      user: settings.runAs?.user,
      group: settings.runAs?.group,
      config: settings.config,
      credentials: Object.fromEntries(
        Object.entries(settings.credentials).map(([user, key]) => [user, declaredKey(key)]),
      ),
    });
    return {
      address: `redis://${built.host}:${built.port}`,
      ports: { redis: built.primary },
      keyValueStore: built,
      metrics: [built.metrics],
    };
  },
});
