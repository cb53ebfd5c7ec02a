import {
  BarmanPlugin,
  CloudNativePgOperator,
  CloudSqlServer,
  isPointInTime,
  operatorNamespaces,
  Postgres,
  poolerResources,
  postgresBackupResources,
} from "../constructs/services";
import { databasesInput } from "../environments/schema/databases";
import type { Problem } from "../environments/schema/errors";
import { defineService, type OperatorDefinition } from "./definition";
import {
  common,
  commonFields,
  dnsLabel,
  image,
  list,
  ofSize,
  oneOf,
  record,
  replicas,
  resources,
  sized,
  sizedResources,
  storage,
  storageClass,
  strict,
  text,
  wholeNumber,
} from "./fields";
import { bucketBackupFields, resolveBackup } from "./parts/backups";
import { cloudSqlInput, cloudSqlProblems, cloudSqlSettings, postgresKinds } from "./parts/cloud-sql";
import { databaseCredentials, ownersPasswords } from "./parts/database-credentials";

const operatorResources = sized("50m", "128Mi");

/** CloudNativePG. */
const operator: OperatorDefinition = {
  id: "CloudNativePg",
  namespace: operatorNamespaces.cloudNativePg,
  workloads: (pods) => [{ component: "cloudnative-pg", pods, resources: operatorResources }],
  build: (scope, id, { namespace, flows, replicas: pods }) => {
    new CloudNativePgOperator(scope, id, { namespace, flows, replicas: pods, resources: operatorResources });
  },
};

const pluginResources = sized("20m", "64Mi");

/** The plugin that writes backups; the operator looks for it in its own namespace. */
const plugin: OperatorDefinition = {
  id: "BarmanPlugin",
  namespace: operatorNamespaces.cloudNativePg,
  workloads: () => [{ component: "barman-plugin", pods: 1, resources: pluginResources }],
  build: (scope, id, { namespace, flows, certManager }) => {
    new BarmanPlugin(scope, id, { namespace, flows, certManager, resources: pluginResources });
  },
};

/** Folder of the backup's bucket that a server writes to which was not restored. */
const firstFolder = "postgres";

/** Settings of a server in the cluster that mean nothing where Google runs it. */
const ofTheCluster = [
  ...["aliases", "backup", "config", "image", "instances", "poolers"],
  ...["resources", "restore", "storage", "storageClass"],
];

/** PostgreSQL, by CloudNativePG in the cluster or by Cloud SQL. */
export const postgres = defineService({
  input: strict({
    ...commonFields,
    kind: oneOf(...postgresKinds).optional(),
    cloudSql: cloudSqlInput.optional(),
    instances: replicas,
    storage,
    storageClass,
    resources,
    image,
    config: record(
      {
        pattern: /^[a-z_][a-z0-9_.]*$/,
        allowed: "a parameter of PostgreSQL",
        next: "write it as PostgreSQL does, such as max_connections",
      },
      text(/^[^\n]+$/, "a value in quotes, on one line", 'write it in quotes, such as "200"'),
      "parameters with their values",
    ).optional(),
    credentials: databaseCredentials,
    databases: databasesInput,
    backup: strict({ ...bucketBackupFields, folder: dnsLabel().optional() }).optional(),
    restore: strict({
      from: dnsLabel(),
      targetTime: text(
        /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/,
        "a point in time with its zone (RFC 3339)",
        "write it like 2026-11-20T14:30:00Z",
      ).optional(),
    }).optional(),
    poolers: list(
      strict({
        type: oneOf("rw", "ro"),
        instances: replicas,
        mode: oneOf("session", "transaction").optional(),
        clients: wholeNumber(10, 10000).optional(),
        connections: wholeNumber(1, 500).optional(),
      }),
      "poolers",
    ).optional(),
  }),
  resolve: (given, defaults) => ({
    ...common(given),
    kind: given.kind ?? "cloudnative-pg",
    /** The server that Google runs; none with the other kind, and outside Google Cloud. */
    cloudSql: given.kind === "cloud-sql" ? cloudSqlSettings(given.cloudSql, defaults) : undefined,
    /** Settings that belong to the other kind. */
    misplaced:
      given.kind === "cloud-sql"
        ? ofTheCluster.filter((key) => given[key as keyof typeof given] !== undefined)
        : given.cloudSql
          ? ["cloudSql"]
          : [],
    instances: ofSize(given.instances, defaults, [1, 3]),
    storage: ofSize(given.storage, defaults, ["10Gi", "50Gi"]),
    storageClass: given.storageClass ?? defaults.storageClass,
    // shared_buffers of a quarter of the memory; small holds the catalogue of a few thousand tables
    resources: sizedResources(given.resources, defaults, [sized("250m", "512Mi"), sized("1", "4Gi")]),
    /** The one of the table of images when absent. */
    image: given.image,
    /** Parameters of PostgreSQL. */
    config: given.config ?? {},
    /** Key of a declared secret (`mount/path#key`) that is the password of a database's owner; others get one of their own. */
    credentials: given.credentials ?? {},
    /** Databases of the environment's own, beside those of the services. */
    databases: given.databases ?? [],
    /** Whole backups on a schedule and the write-ahead log; `keepDays` is the window of point-in-time restore. None when absent. */
    backup: given.backup && {
      ...resolveBackup(given.backup, defaults, { schedule: "30 1 * * *", bucket: "postgres-backup" }),
      folder: given.backup.folder ?? firstFolder,
    },
    /** What a server that is not there yet begins with. */
    restore: given.restore,
    poolers: (given.poolers ?? []).map((pooler) => ({
      ...pooler,
      instances: ofSize(pooler.instances, defaults, [1, 2]),
    })),
  }),
  needs: ({ backup }) => (backup ? [["objectStore"]] : []),
  uses: ["objectStore"],
  buckets: ({ backup }) => (backup ? [backup.bucket] : []),
  googleIdentities: ({ namespace, backup }) => [
    {
      name: "postgres",
      kubernetes: [{ namespace, serviceAccount: "postgres" }],
      buckets: backup ? [{ bucket: backup.bucket, access: "write" }] : [],
    },
  ],
  operators: ({ kind, backup }) => (kind === "cloud-sql" ? [] : backup ? [operator, plugin] : [operator]),
  workloads: ({ kind, instances, resources: each, storage: volume, backup, poolers }) =>
    kind === "cloud-sql"
      ? []
      : [
          { component: "postgres", pods: instances, resources: each, storage: volume },
          ...(backup ? [{ component: "postgres-backup", pods: instances, resources: postgresBackupResources }] : []),
          ...poolers.map(({ type, instances: pods }) => ({
            component: `postgres-pooler-${type}`,
            pods,
            resources: poolerResources,
          })),
        ],
  check: ({ kind, cloudSql, misplaced, backup, restore, poolers, instances }) => [
    ...misplaced.map((path) => ({
      path,
      given: `a setting of ${kind === "cloud-sql" ? "a server in the cluster" : "Cloud SQL"}`,
      allowed: `those of kind ${kind}`,
      next: `remove it, or use kind: "${kind === "cloud-sql" ? "cloudnative-pg" : "cloud-sql"}"`,
    })),
    ...(cloudSql ? cloudSqlProblems(cloudSql) : []),
    ...(restore ? restoreProblems(restore, backup?.folder) : []),
    ...poolerProblems(poolers, instances),
  ],
  build: ({ scope, context, namespace, declaredKey, bucket, need }, settings) => {
    const { backup, cloudSql } = settings;
    if (cloudSql) {
      const server = new CloudSqlServer(scope, "Postgres", {
        context,
        host: cloudSql.host,
        cidrs: [cloudSql.place.privateServices],
        users: need(context.managedSql, "postgres", "the layer that makes users of Cloud SQL"),
        credentials: ownersPasswords(settings.credentials, declaredKey),
      });
      return {
        address: `postgresql://${server.host}:${server.port}`,
        sqlServer: server,
        databases: settings.databases.map((database) => server.database(database)),
      };
    }
    const built = new Postgres(scope, "Postgres", {
      context,
      namespace: namespace(settings.namespace),
      instances: settings.instances,
      storage: settings.storage,
      storageClass: settings.storageClass,
      resources: settings.resources,
      image: settings.image,
      config: settings.config,
      credentials: ownersPasswords(settings.credentials, declaredKey),
      backup: backup && { ...backup, bucket: bucket(backup.bucket) },
      restore: settings.restore,
      poolers: settings.poolers,
      aliases: settings.aliases
        .filter(({ ports }) => Object.values(ports).includes("postgresql"))
        .map(({ name }) => name),
    });
    return {
      address: `postgresql://${built.host}:${built.port}`,
      sqlServer: built,
      databases: settings.databases.map((database) => built.database(database)),
      ports: {
        postgresql: built.primary,
        ...Object.fromEntries(built.poolers.map(({ type, server }) => [`pooler-${type}`, server])),
      },
      metrics: [built.metrics, ...built.poolers.map(({ metrics }) => metrics)],
    };
  },
});

function restoreProblems(
  { from, targetTime }: { readonly from: string; readonly targetTime?: string },
  folder: string | undefined,
): readonly Problem[] {
  return [
    ...(folder === undefined
      ? [
          {
            path: "restore",
            given: `from ${from}`,
            allowed: "a restore beside a backup, whose bucket it is read from",
            next: "add backup",
          },
        ]
      : []),
    ...(folder === from
      ? [
          {
            path: "backup.folder",
            given: `"${from}"`,
            allowed: "another folder than restore.from: two histories cannot be in one",
            next: `did you mean ${from}-2?`,
          },
        ]
      : []),
    ...(targetTime !== undefined && !isPointInTime(targetTime)
      ? [
          {
            path: "restore.targetTime",
            given: `"${targetTime}"`,
            allowed: "a point in time with its zone (RFC 3339)",
            next: "write it like 2026-11-20T14:30:00Z",
          },
        ]
      : []),
  ];
}

function poolerProblems(poolers: readonly { readonly type: "rw" | "ro" }[], instances: number): readonly Problem[] {
  const types = poolers.map(({ type }) => type);
  return types.flatMap((type, at) => [
    ...(types.indexOf(type) < at
      ? [
          {
            path: `poolers[${at}].type`,
            given: `"${type}" again`,
            allowed: "one pooler of each type",
            next: "give the other one more instances",
          },
        ]
      : []),
    ...(type === "ro" && instances === 1
      ? [
          {
            path: `poolers[${at}].type`,
            given: '"ro" with one instance of PostgreSQL',
            allowed: "ro where there are followers",
            next: "set instances to 2 or more, or use rw",
          },
        ]
      : []),
  ]);
}
