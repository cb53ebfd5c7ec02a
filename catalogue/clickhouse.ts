import { ClickHouse } from "../constructs/services";
import { ClickHouseOperator } from "../constructs/services/operators";
import type { Problem } from "../environments/schema/errors";
import { field } from "../environments/schema/field";
import { declaredKey } from "../environments/schema/service-secrets";
import { defineService } from "./definition";
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
  runAs,
  sized,
  sizedResources,
  storage,
  storageClass,
  strict,
  text,
  wholeNumber,
} from "./fields";

/** Bucket of tables that lie in the object store; a folder for each server. */
const bucket = "clickhouse";

/** The operator: one small process, whatever it looks after. */
const operator = sized("50m", "256Mi");

const userName = {
  pattern: /^[a-z][a-z0-9_]{0,39}$/,
  allowed: "a user: at most 40 lower-case letters, digits and underscores, starting with a letter",
  next: "use a name such as analyst",
};

const value = field<string | number>({
  accepts: (given): given is string | number =>
    typeof given === "number" ? Number.isFinite(given) : typeof given === "string" && /^[^\r\n]+$/.test(given),
  allowed: "a number or a text of one line",
  next: "write one line",
});

const keeperCount = field<1 | 3>({
  accepts: (given): given is 1 | 3 => given === 1 || given === 3,
  allowed: "1 or 3",
  next: "give 3, of which one may be lost, or 1",
});

const settings = (what: string, example: string) =>
  record(
    {
      pattern: /^[a-z][\w/.-]*$/,
      allowed: `${what}: letters, digits, underscores, and slashes between the parts of a path`,
      next: `write it as ${example}`,
    },
    value,
    `${what} with their values`,
  ).optional();

/** ClickHouse: a database for analysis, with tables on volumes or in the object store. */
export const clickhouse = defineService({
  input: strict({
    ...commonFields,
    shards: wholeNumber(1, 50).optional(),
    replicas,
    resources,
    storage,
    storageClass,
    image,
    runAs,
    keeper: strict({
      replicas: keeperCount.optional(),
      resources,
      storage,
    }).optional(),
    users: record(
      userName,
      strict({
        grants: list(
          text(/^(GRANT|REVOKE) [^;\r\n]+$/, "a GRANT or REVOKE of SQL", "write it as GRANT SELECT ON sales.*"),
          "statements",
        ).optional(),
      }),
      "users",
    ).optional(),
    credentials: record(userName, declaredKey("datalyptica/clickhouse-credentials#password"), "users").optional(),
    objectStorage: oneOf("available", "default").optional(),
    config: settings("settings of the server", "max_concurrent_queries"),
    profile: settings("settings of a profile", "max_execution_time"),
    files: record(
      {
        pattern: /^(config|users)\.d\/[a-z0-9][a-z0-9_.-]*\.xml$/,
        allowed: "a file of the server's or of the users' configuration",
        next: "write it as config.d/dictionary.xml",
      },
      text(
        /^\s*<clickhouse>[\s\S]*<\/clickhouse>\s*$/,
        "a document with the root clickhouse",
        "put it into <clickhouse>",
      ),
      "files with their content",
    ).optional(),
  }),
  resolve: (given, defaults) => {
    const shards = given.shards ?? 1;
    const each = ofSize(given.replicas, defaults, [1, 2]);
    const single = shards * each === 1 && given.keeper === undefined;
    return {
      ...common(given),
      /** Parts that the rows of a distributed table are spread over. */
      shards,
      /** Servers of each shard, which hold the same rows. */
      replicas: each,
      // below 1Gi a server has no room for merges beside queries
      resources: sizedResources(given.resources, defaults, [sized("250m", "1Gi"), sized("2", "8Gi")]),
      storage: ofSize(given.storage, defaults, ["20Gi", "200Gi"]),
      storageClass: given.storageClass ?? defaults.storageClass,
      image: given.image,
      runAs: given.runAs,
      /** Hold what several servers agree on; none for a single server. */
      keeper: single
        ? undefined
        : {
            replicas: ofSize<1 | 3>(given.keeper?.replicas, defaults, [1, 3]),
            resources: sizedResources(given.keeper?.resources, defaults, [sized("50m", "256Mi"), sized("250m", "1Gi")]),
            storage: ofSize(given.keeper?.storage, defaults, ["1Gi", "10Gi"]),
          },
      users: given.users ?? {},
      /** Passwords that are keys of declared secrets, by user; others get one of their own. */
      credentials: given.credentials ?? {},
      /** Which tables lie in the object store: those that ask for it, or all that do not say otherwise. */
      objectStorage: given.objectStorage,
      config: given.config,
      profile: given.profile,
      files: given.files,
    };
  },
  needs: ({ objectStorage }) => (objectStorage ? [["objectStore"]] : []),
  check: ({ users, credentials }): readonly Problem[] => {
    const known = ["default", "tools", ...Object.keys(users)];
    return Object.keys(credentials)
      .filter((user) => !known.includes(user))
      .map((user) => ({
        path: `credentials.${user}`,
        given: `"${user}"`,
        allowed: `a user: ${known.join(", ")}`,
        next: "add it to users",
      }));
  },
  buckets: ({ objectStorage }) => (objectStorage ? [bucket] : []),
  workloads: ({ shards, replicas: each, resources: of, storage: volume, keeper }) => [
    { component: "clickhouse-operator", pods: 1, resources: operator },
    { component: "clickhouse", pods: shards * each, resources: of, storage: volume, pools: ["memory"] },
    ...(keeper
      ? [
          {
            component: "clickhouse-keeper",
            pods: keeper.replicas,
            resources: keeper.resources,
            storage: keeper.storage,
          },
        ]
      : []),
  ],
  build: (site, { namespace: place, aliases: _, credentials, objectStorage, ...rest }) => {
    const { scope, context, declaredKey: keyOf, keyedBucket: bucketOf } = site;
    const namespace = site.namespace(place);
    const built = new ClickHouse(scope, "ClickHouse", {
      ...rest,
      context,
      namespace,
      operator: new ClickHouseOperator(scope, "ClickHouseOperator", { context, namespace, resources: operator }),
      credentials: Object.fromEntries(Object.entries(credentials).map(([user, key]) => [user, keyOf(key)])),
      objectStorage: objectStorage && { bucket: bucketOf(bucket), use: objectStorage },
    });
    return {
      address: built.address,
      ports: built.ports,
      queryEngines: [built.engine],
      metrics: built.metrics,
    };
  },
});
