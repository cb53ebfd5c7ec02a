import {
  MariaDb,
  type MariaDbBackup,
  MariaDbOperator,
  mariaDbExporterResources,
  operatorNamespaces,
} from "../constructs/services";
import { databaseName, databasesInput } from "../environments/schema/databases";
import type { Problem } from "../environments/schema/errors";
import { defineService, type OperatorDefinition } from "./definition";
import {
  common,
  commonFields,
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
  truth,
  wholeNumber,
} from "./fields";
import { bucketBackupFields, resolveBackup } from "./parts/backups";
import { databaseCredentials, ownersPasswords } from "./parts/database-credentials";

const operatorResources = sized("20m", "64Mi");

/** MariaDB operator. */
const operator: OperatorDefinition = {
  id: "MariaDbOperator",
  namespace: operatorNamespaces.mariaDb,
  // The operator, its webhook and its certificate controller.
  workloads: () => [{ component: "mariadb-operator", pods: 3, resources: operatorResources }],
  build: (scope, id, { namespace, flows }) => {
    new MariaDbOperator(scope, id, { namespace, flows, resources: operatorResources });
  },
};

/** Rights on a database or a table; none of them reaches the server. */
const privileges = list(
  oneOf(
    ...(["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "INDEX", "REFERENCES", "TRIGGER"] as const),
    ...(["EVENT", "EXECUTE", "CREATE VIEW", "SHOW VIEW", "CREATE ROUTINE", "ALTER ROUTINE", "LOCK TABLES"] as const),
    ...(["CREATE TEMPORARY TABLES", "ALL PRIVILEGES"] as const),
  ),
  "rights",
);

const database = text(databaseName.pattern, databaseName.allowed, "use the name of a database of this server");

/** MariaDB, for consumers that speak MySQL's protocol only. */
export const mariadb = defineService({
  input: strict({
    ...commonFields,
    replicas,
    storage,
    storageClass,
    resources,
    image,
    config: record(
      {
        pattern: /^[a-z_][a-z0-9_-]*$/,
        allowed: "a setting of the section [mariadb] of my.cnf",
        next: "write it as MariaDB does, such as max_connections",
      },
      text(/^[^\n[\]]+$/, "a value in quotes, on one line", 'write it in quotes, such as "200"'),
      "settings with their values",
    ).optional(),
    credentials: databaseCredentials,
    databases: databasesInput,
    users: record(
      {
        pattern: databaseName.pattern,
        allowed: databaseName.allowed,
        next: "use a name such as reporting",
      },
      strict({
        grants: list(
          strict({
            database,
            table: text(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, "the name of a table", "leave it out for all").optional(),
            privileges,
          }),
          "grants",
        ).optional(),
        connections: wholeNumber(1, 10000).optional(),
      }),
      "users",
    ).optional(),
    exporter: truth().optional(),
    backup: strict({
      ...bucketBackupFields,
      to: oneOf("bucket", "volume").optional(),
      storage,
      storageClass,
    }).optional(),
  }),
  resolve: (given, defaults) => {
    const volume = ofSize(given.storage, defaults, ["10Gi", "50Gi"]);
    return {
      ...common(given),
      replicas: ofSize(given.replicas, defaults, [1, 3]),
      storage: volume,
      storageClass: given.storageClass ?? defaults.storageClass,
      // InnoDB's buffer pool is half of it
      resources: sizedResources(given.resources, defaults, [sized("250m", "512Mi"), sized("1", "4Gi")]),
      /** The one of the table of images when absent. */
      image: given.image,
      /** Settings of the section `[mariadb]` of my.cnf. */
      config: given.config ?? {},
      /** Key of a declared secret (`mount/path#key`) that is the password of a database's owner; others get one of their own. */
      credentials: given.credentials ?? {},
      /** Databases of the environment's own, beside those of the services, each with an owner of the same name. */
      databases: given.databases ?? [],
      /** Users who own no database; the password of each is made. */
      users: Object.entries(given.users ?? {}).map(([name, { grants = [], ...user }]) => ({ name, grants, ...user })),
      /** Whether a pod beside the servers tells their metrics; so in a large environment. */
      exporter: given.exporter ?? defaults.size === "large",
      /** Dumps of all databases on a schedule; none when absent. */
      backup: given.backup && {
        ...resolveBackup(given.backup, defaults, { schedule: "0 1 * * *", bucket: "mariadb-backup" }),
        to: given.backup.to ?? "bucket",
        /** Volume of the dumps, for `to: "volume"`. */
        storage: given.backup.storage ?? volume,
        storageClass: given.backup.storageClass ?? given.storageClass ?? defaults.storageClass,
      },
    };
  },
  check: ({ replicas: pods, users, databases }, all) => [
    ...(pods % 2 === 1
      ? []
      : [
          {
            path: "replicas",
            given: String(pods),
            allowed: "an odd number (Galera votes, and an even count can end in a draw)",
            next: `did you mean ${pods + 1}?`,
          },
        ]),
    ...userProblems(users, [...databases, ...("hiveMetastore" in all ? ["hive", "kyuubi"] : [])]),
  ],
  needs: ({ backup }) => (backup?.to === "bucket" ? [["objectStore"]] : []),
  uses: ["objectStore"],
  buckets: ({ backup }) => (backup?.to === "bucket" ? [backup.bucket] : []),
  operators: () => [operator],
  workloads: ({ replicas: pods, resources: each, storage: volume, exporter }) => [
    { component: "mariadb", pods, resources: each, storage: volume },
    ...(exporter ? [{ component: "mariadb-exporter", pods: 1, resources: mariaDbExporterResources }] : []),
  ],
  build: ({ scope, context, namespace, declaredKey, keyedBucket }, settings) => {
    const { backup } = settings;
    const to = (): MariaDbBackup["to"] | undefined =>
      backup &&
      (backup.to === "bucket"
        ? { kind: "bucket", bucket: keyedBucket(backup.bucket) }
        : { kind: "volume", size: backup.storage, storageClass: backup.storageClass });
    const target = to();
    const built = new MariaDb(scope, "MariaDb", {
      context,
      namespace: namespace(settings.namespace),
      replicas: settings.replicas,
      storage: settings.storage,
      storageClass: settings.storageClass,
      resources: settings.resources,
      image: settings.image,
      config: settings.config,
      credentials: ownersPasswords(settings.credentials, declaredKey),
      exporter: settings.exporter,
      backup: backup && target && { schedule: backup.schedule, keepDays: backup.keepDays, to: target },
    });
    const databases = settings.databases.map((each) => built.database(each));
    for (const user of settings.users) {
      built.user(user);
    }
    return {
      address: `mysql://${built.host}:${built.port}`,
      sqlServer: built,
      databases,
      ports: { mysql: built.server },
      metrics: built.metrics && [built.metrics],
    };
  },
});

function userProblems(
  users: readonly { readonly name: string; readonly grants: readonly { readonly database: string }[] }[],
  databases: readonly string[],
): readonly Problem[] {
  return users.flatMap(({ name, grants }) => [
    ...(databases.includes(name) || name === "root"
      ? [
          {
            path: `users.${name}`,
            given: `"${name}"`,
            allowed: "a name that no owner of a database has",
            next: `did you mean ${name}_user?`,
          },
        ]
      : []),
    ...grants.flatMap(({ database: granted }, at) =>
      databases.includes(granted)
        ? []
        : [
            {
              path: `users.${name}.grants[${at}].database`,
              given: `"${granted}"`,
              allowed: databases.length > 0 ? databases.join(", ") : "a database of this server, and there is none",
              next: `add ${granted} to databases`,
            },
          ],
    ),
  ]);
}
