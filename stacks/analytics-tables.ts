import { Construct } from "constructs";
import { Classification, ClassifiedTable, DataInspection, gcpName, LakeConnection } from "../constructs/gke";
import { idOf } from "../constructs/kubernetes/names";
import type { AnalyticsParts } from "./analytics";

/**
 * Adds the classes of columns, the tables that have them, and the tables of the lake that BigQuery reads.
 *
 * @returns the tables with columns, by the names that the environment has for them
 */
export function addTables(
  stack: Construct,
  { place, analytics, buckets, datasets }: AnalyticsParts,
): ReadonlyMap<string, ClassifiedTable> {
  const taxonomies = new Construct(stack, "Classification");
  const classifications = new Map(
    analytics.classification.map((taxonomy) => [
      taxonomy.name,
      new Classification(taxonomies, idOf(taxonomy.name), { ...place, ...taxonomy }),
    ]),
  );
  const room = new Construct(stack, "Tables");
  const made = new Map<string, ClassifiedTable>();
  for (const { name, dataset: datasetName, columns, ...settings } of analytics.tables) {
    const dataset = datasets.get(datasetName);
    if (dataset) {
      const table = new ClassifiedTable(room, idOf(name), {
        ...settings,
        project: place.project,
        dataset,
        tableId: name,
        columns: columns.map(({ tag, ...column }) => ({
          ...column,
          policyTag: tag && classifications.get(tag.taxonomy)?.tagName(tag.tag),
        })),
      });
      made.set(name, table);
    }
  }
  if (analytics.lakeTables.length > 0) {
    const connection = new LakeConnection(stack, "LakeConnection", {
      project: place.project,
      location: place.region,
      connectionId: gcpName(stack, "bigquery-connection", place.environment, "lake"),
      lake: buckets.lake,
    });
    for (const { name, dataset: datasetName, metadata } of analytics.lakeTables) {
      const dataset = datasets.get(datasetName);
      if (dataset) {
        connection.icebergTable(dataset, name, metadata);
      }
    }
  }
  return made;
}

/** Adds the look for personal data where none should be, and the dataset of what it finds. */
export function addInspection(
  stack: Construct,
  { place, analytics: { inspection }, buckets, keys, addDataset }: AnalyticsParts,
  tables: ReadonlyMap<string, ClassifiedTable>,
): void {
  if (!inspection) {
    return;
  }
  const findings = addDataset("FindingsDataset", {
    name: "findings",
    description: `Where ${place.environment} holds personal data that it should not hold`,
    timeTravelDays: 7,
    tableExpiryDays: inspection.findingsDays,
    access: [],
    labels: {},
  });
  new DataInspection(stack, "Inspection", {
    ...place,
    ...inspection,
    kmsKey: keys.analytics,
    findings,
    tables: Object.fromEntries([...tables].filter(([table]) => inspection.tables.includes(table))),
    buckets: Object.fromEntries(inspection.buckets.map((bucket) => [bucket, buckets[bucket]])),
  });
}
