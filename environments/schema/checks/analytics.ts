import { formatGiven, type Problem } from "../errors";
import type { Google } from "../google";
import type { Analytics } from "../google/analytics";
import { maskedTypes } from "../google/analytics/classification";
import { ofTier, tierSettings } from "../google/tiers";
import type { GkeTarget } from "../target";
import { type Check, check } from "./check";

const root = "google.analytics";

/** A rule on what was given of the section, on Google Cloud alone. */
function analyticsCheck(run: (analytics: Analytics, target: GkeTarget, google: Google) => readonly Problem[]): Check {
  return check({ needs: ["target", "google"], clean: ["target", "google"] }, ({ target, google }) =>
    target.kind === "gke" && google ? run(google.analytics, target, google) : [],
  );
}

const keysAreRegional = analyticsCheck((analytics, target, { cluster }) => {
  if (!cluster.ownKeys) return [];
  return analytics.datasets
    .filter(({ location }) => location !== undefined && location !== target.region)
    .map(({ name, location }) => ({
      path: `${root}.datasets.${name}.location`,
      given: formatGiven(location),
      allowed: `${target.region}, as the key that encrypts it is there`,
      next: "leave location out",
    }));
});

const declaredDatasets = analyticsCheck((analytics) => {
  const names = analytics.datasets.map(({ name }) => name);
  const tables = [
    ...analytics.tables.map((table) => ({ ...table, key: "tables" })),
    ...analytics.lakeTables.map((table) => ({ ...table, key: "lakeTables" })),
  ];
  const strays = tables
    .filter(({ dataset }) => !names.includes(dataset))
    .map(({ key, name, dataset }) => ({
      path: `${root}.${key}.${name}.dataset`,
      given: formatGiven(dataset),
      allowed: names.join(", "),
      next: `add ${root}.datasets.${dataset} or name one of them`,
    }));
  const twice = analytics.lakeTables
    .filter((table) => analytics.tables.some(({ name, dataset }) => name === table.name && dataset === table.dataset))
    .map(({ name, dataset }) => ({
      path: `${root}.lakeTables.${name}`,
      given: formatGiven(name),
      allowed: `a name that no table of the dataset ${dataset} has`,
      next: `rename it or ${root}.tables.${name}`,
    }));
  return [...strays, ...twice];
});

const reservedDatasets = analyticsCheck((analytics) => {
  const taken = [
    ...(analytics.vertex || analytics.composer
      ? [{ name: "healing", by: analytics.vertex ? `${root}.vertex` : `${root}.composer` }]
      : []),
    ...(analytics.inspection ? [{ name: "findings", by: `${root}.inspection` }] : []),
  ];
  return taken
    .filter(({ name }) => analytics.datasets.some((dataset) => dataset.name === name))
    .map(({ name, by }) => ({
      path: `${root}.datasets.${name}`,
      given: formatGiven(name),
      allowed: `a name other than ${name}, which ${by} makes`,
      next: "rename it",
    }));
});

const columnsOfTables = analyticsCheck((analytics) =>
  analytics.tables.flatMap(({ name, columns, partitionBy, partitionExpiryDays, clusterBy }): readonly Problem[] => {
    const path = `${root}.tables.${name}`;
    const names = columns.map((column) => column.name);
    const column = columns.find((candidate) => candidate.name === partitionBy);
    const dated = ["DATE", "DATETIME", "TIMESTAMP"];
    return [
      ...(partitionBy !== undefined && (column === undefined || !dated.includes(column.type))
        ? [
            {
              path: `${path}.partitionBy`,
              given: formatGiven(partitionBy),
              allowed: `a column of type ${dated.join(", ")}`,
              next: column ? `change the type of ${partitionBy}` : "declare it in columns",
            },
          ]
        : []),
      ...(partitionExpiryDays !== undefined && partitionBy === undefined
        ? [
            {
              path: `${path}.partitionExpiryDays`,
              given: formatGiven(partitionExpiryDays),
              allowed: "only together with partitionBy",
              next: "add partitionBy or leave it out",
            },
          ]
        : []),
      ...(clusterBy.length > 4
        ? [
            {
              path: `${path}.clusterBy`,
              given: `${clusterBy.length} columns`,
              allowed: "4 columns at most",
              next: "keep those that most queries name",
            },
          ]
        : []),
      ...clusterBy
        .filter((candidate) => !names.includes(candidate))
        .map((candidate) => ({
          path: `${path}.clusterBy`,
          given: formatGiven(candidate),
          allowed: names.join(", "),
          next: "declare it in columns",
        })),
    ];
  }),
);

const tagsOfColumns = analyticsCheck((analytics) =>
  analytics.tables.flatMap((table) =>
    table.columns.flatMap(({ name, type, tag }): readonly Problem[] => {
      if (!tag) return [];
      const path = `${root}.tables.${table.name}.columns.${name}`;
      const given = `${tag.taxonomy}.${tag.tag}`;
      const known = analytics.classification.flatMap((of) => of.tags.map((each) => `${of.name}.${each.name}`));
      const found = analytics.classification
        .find((taxonomy) => taxonomy.name === tag.taxonomy)
        ?.tags.find((candidate) => candidate.name === tag.tag);
      if (!found) {
        const allowed = known.length > 0 ? known.join(", ") : `a tag of ${root}.classification, which has none`;
        return [{ path: `${path}.tag`, given: formatGiven(given), allowed, next: `add it to ${root}.classification` }];
      }
      const types = found.masked && maskedTypes[found.masked.rule];
      if (types === undefined || types.includes(type)) return [];
      return [
        {
          path: `${path}.type`,
          given: formatGiven(type),
          allowed: `${types.join(", ")}, as ${given} is masked by ${found.masked?.rule}`,
          next: "change the type, the tag or its rule",
        },
      ];
    }),
  ),
);

const inspectedTables = analyticsCheck((analytics) => {
  const names = analytics.tables.map(({ name }) => name);
  return (analytics.inspection?.tables ?? [])
    .filter((table) => !names.includes(table))
    .map((table) => ({
      path: `${root}.inspection.tables`,
      given: formatGiven(table),
      allowed: names.length > 0 ? names.join(", ") : `a table of ${root}.tables, which has none`,
      next: `add ${root}.tables.${table} or leave it out`,
    }));
});

/** Twelve hours a week are what Google asks for. */
const minimumHours = 12;

const maintainedLongEnough = analyticsCheck((analytics) => {
  const maintenance = analytics.composer?.maintenance;
  if (!maintenance) return [];
  const { days, hours } = maintenance;
  const total = new Set(days).size * hours;
  if (total >= minimumHours) return [];
  return [
    {
      path: `${root}.composer.maintenance`,
      given: `${total} hours a week`,
      allowed: `${minimumHours} hours a week or more`,
      next: "add days or hours",
    },
  ];
});

const workbenchZones = analyticsCheck((analytics, target) => {
  return (analytics.vertex?.workbench ?? [])
    .filter(({ zone }) => zone !== undefined && !zone.startsWith(`${target.region}-`))
    .map(({ name, zone }) => ({
      path: `${root}.vertex.workbench.${name}.zone`,
      given: formatGiven(zone),
      allowed: `a zone of ${target.region}, where its network is`,
      next: "leave zone out",
    }));
});

const backupsOfStrictTiers = analyticsCheck((analytics, target) => {
  const free = ofTier(target.tier, tierSettings.backupRetentionDays) === 0;
  if (free || analytics.buckets.backup.retentionDays > 0) return [];
  return [
    {
      path: `${root}.buckets.backup.retentionDays`,
      given: "0",
      allowed: `1 or more in ${target.tier}, so that nobody can remove a backup`,
      next: "leave it out",
    },
  ];
});

/** Rules on BigQuery, Composer, Vertex AI and what protects their data. */
export const analyticsChecks = [
  keysAreRegional,
  declaredDatasets,
  reservedDatasets,
  columnsOfTables,
  tagsOfColumns,
  inspectedTables,
  maintainedLongEnough,
  workbenchZones,
  backupsOfStrictTiers,
];
