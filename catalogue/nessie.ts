import { Nessie } from "../constructs/services";
import type { Problem } from "../environments/schema/errors";
import { schedule } from "../environments/schema/schedule";
import { defineService } from "./definition";
import {
  common,
  commonFields,
  image,
  list,
  ofSize,
  record,
  replicas,
  resources,
  runAs,
  sized,
  sizedResources,
  strict,
  text,
  wholeNumber,
} from "./fields";
import { bucketBackupFields, resolveBackup } from "./parts/backups";

/** Bucket of the Iceberg tables, which is also the name of the warehouse. */
const firstWarehouse = "warehouse";

/** Catalogue under which engines show the first warehouse. */
const firstCatalog = "lake";

/** Catalogue under which engines show another warehouse. */
function catalogName(warehouse: string): string {
  return warehouse.replaceAll("-", "_");
}

/** Nessie: a catalogue of Iceberg tables with branches. */
export const nessie = defineService({
  input: strict({
    ...commonFields,
    replicas,
    resources,
    image,
    runAs,
    config: record(
      {
        pattern: /^[a-z][A-Za-z0-9."-]*$/,
        allowed: "a property of Nessie or Quarkus",
        next: "write it as they do, such as nessie.server.default-branch",
      },
      text(/^[^\n]+$/, "a value in quotes, on one line", 'write it in quotes, such as "main"'),
      "properties with their values",
    ).optional(),
    warehouses: list(
      text(
        /^[a-z][-a-z0-9]{1,38}[a-z0-9]$/,
        "the name of a warehouse and its bucket: 3 to 40 lower-case letters, digits and hyphens, starting with a letter",
        "use a name such as archive",
      ),
      "warehouses",
    ).optional(),
    backup: strict(bucketBackupFields).optional(),
    gc: strict({ schedule: schedule().optional(), keepDays: wholeNumber(1, 3650).optional() }).optional(),
  }),
  resolve: (given, defaults) => ({
    ...common(given),
    replicas: ofSize(given.replicas, defaults, [1, 2]),
    // a Quarkus server: 256Mi of heap is enough for one user, caches grow with the tables
    resources: sizedResources(given.resources, defaults, [sized("100m", "512Mi"), sized("500m", "2Gi")]),
    /** The chart's own when absent. */
    image: given.image,
    /** User and group of the servers; those of the image when absent. */
    runAs: given.runAs,
    /** Properties of Nessie and Quarkus. */
    config: given.config ?? {},
    /** Warehouses, each in a bucket of its name; the first is the one of clients that name none. */
    warehouses: given.warehouses ?? [firstWarehouse],
    /** Nightly dumps of the database; none when absent. */
    backup: given.backup && resolveBackup(given.backup, defaults, { schedule: "0 2 * * *", bucket: "nessie-backup" }),
    /** Removal of files that no table refers to any more, and that was not there within `keepDays`; none when absent. */
    gc: given.gc && { schedule: given.gc.schedule ?? "0 4 * * 0", keepDays: given.gc.keepDays ?? 30 },
  }),
  needs: () => [["postgres"], ["objectStore"]],
  buckets: ({ warehouses, backup }) => [...warehouses, ...(backup ? [backup.bucket] : [])],
  tables: ({ warehouses }) => warehouses,
  googleIdentities: ({ namespace, warehouses, backup }) => [
    {
      name: "nessie",
      kubernetes: [{ namespace, serviceAccount: "nessie" }],
      buckets: warehouses.map((bucket) => ({ bucket, access: "write" })),
    },
    {
      name: "nessie-dump",
      kubernetes: [{ namespace, serviceAccount: "nessie-backup" }],
      buckets: backup ? [{ bucket: backup.bucket, access: "write" }] : [],
    },
  ],
  workloads: ({ replicas: pods, resources: each }) => [{ component: "nessie", pods, resources: each }],
  check: ({ warehouses, gc, backup }) => [
    ...warehouseProblems(warehouses, backup?.bucket),
    ...(gc && warehouses.length > 1
      ? [
          {
            path: "gc",
            given: `with ${warehouses.length} warehouses`,
            allowed: "gc with one warehouse: the program takes the keys of one",
            next: "leave gc out or keep one warehouse",
          },
        ]
      : []),
  ],
  build: ({ scope, context, namespace, sqlServer, bucket }, settings) => {
    const { backup, config } = settings;
    const [warehouse = firstWarehouse, ...others] = settings.warehouses;
    const otherWarehouses = others.map(bucket);
    const built = new Nessie(scope, "Nessie", {
      context,
      namespace: namespace(settings.namespace),
      replicas: settings.replicas,
      resources: settings.resources,
      image: settings.image,
      runAs: settings.runAs,
      config: Object.keys(config).length > 0 ? config : undefined,
      database: sqlServer("postgres").database("nessie"),
      warehouse: bucket(warehouse),
      otherWarehouses,
      backup: backup && { ...backup, bucket: bucket(backup.bucket) },
      gc: settings.gc,
    });
    const catalog = built.catalog(firstCatalog);
    return {
      address: catalog.uri,
      catalogs: [catalog, ...otherWarehouses.map((each) => built.catalog(catalogName(each.name), each))],
      ports: { http: built.server },
      metrics: [built.metrics],
    };
  },
});

/** Catalogues that are there without being asked for. */
const takenCatalogs = [firstCatalog, "hive", "system", "jmx", "memory", "tpch", "tpcds"];

function warehouseProblems(warehouses: readonly string[], backup: string | undefined): readonly Problem[] {
  return warehouses.flatMap((warehouse, at) => {
    const problem = (given: string, allowed: string, next: string): Problem => ({
      path: `warehouses[${at}]`,
      given,
      allowed,
      next,
    });
    return [
      ...(warehouses.indexOf(warehouse) < at
        ? [problem(`"${warehouse}" again`, "each warehouse once", "remove it")]
        : []),
      ...(at > 0 && takenCatalogs.includes(catalogName(warehouse))
        ? [problem(`"${warehouse}"`, "a name that no other catalogue has", `did you mean ${warehouse}-tables?`)]
        : []),
      ...(warehouse === backup
        ? [problem(`"${warehouse}"`, "another bucket than that of the backup", "use another name for one of them")]
        : []),
    ];
  });
}
