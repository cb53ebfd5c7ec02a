import type * as z from "zod";
import { strict } from "../field";
import { type Buckets, bucketsInput, resolveBuckets } from "./analytics/buckets";
import {
  classificationInput,
  type Inspection,
  inspectionInput,
  resolveClassification,
  resolveInspection,
  type Taxonomy,
} from "./analytics/classification";
import { type Composer, composerInput, resolveComposer } from "./analytics/composer";
import { type Dataset, datasetsInput, resolveDatasets } from "./analytics/datasets";
import {
  type LakeTable,
  lakeTablesInput,
  resolveLakeTables,
  resolveTables,
  type Table,
  tablesInput,
} from "./analytics/tables";
import {
  type Metastore,
  metastoreInput,
  resolveMetastore,
  resolveVertex,
  type Vertex,
  vertexInput,
} from "./analytics/vertex";
import { ofTier, type Tier, tierSettings } from "./tiers";

/** Of BigQuery, Composer, Vertex AI and what protects their data, in an environment file. */
export const analyticsInput = strict({
  datasets: datasetsInput.optional(),
  tables: tablesInput.optional(),
  lakeTables: lakeTablesInput.optional(),
  buckets: bucketsInput.optional(),
  composer: composerInput.optional(),
  vertex: vertexInput.optional(),
  classification: classificationInput.optional(),
  inspection: inspectionInput.optional(),
  metastore: metastoreInput.optional(),
});

/** BigQuery, Composer, Vertex AI and what protects their data, with every default filled in. */
export interface Analytics {
  /** Datasets of BigQuery; `analytics` is always there. */
  readonly datasets: readonly Dataset[];
  /** Tables whose columns the environment declares. */
  readonly tables: readonly Table[];
  /** Iceberg tables of the lake that BigQuery reads. */
  readonly lakeTables: readonly LakeTable[];
  readonly buckets: Buckets;
  /**
   * Airflow as Google runs it.
   *
   * @default - none: it costs when nothing runs
   */
  readonly composer?: Composer;
  /**
   * What learns from alerts how to heal.
   *
   * @default - none
   */
  readonly vertex?: Vertex;
  /** Tags that decide who reads a column. */
  readonly classification: readonly Taxonomy[];
  /**
   * What is looked for in data that should not be there.
   *
   * @default - none: it costs by what it reads
   */
  readonly inspection?: Inspection;
  /**
   * A metastore that Google runs, beside or instead of the one in the cluster.
   *
   * @default - none: it costs when nothing runs
   */
  readonly metastore?: Metastore;
  /** How much data is made up to try things with. */
  readonly sampleData: "small" | "realistic" | "none";
  readonly logLevel: "debug" | "info";
  /** How many people must agree before something is healed. */
  readonly approval: "none" | "one" | "strict";
}

/** Fills in the defaults of a tier. */
export function resolveAnalytics(given: z.output<typeof analyticsInput> | undefined, tier: Tier): Analytics {
  const tables = resolveTables(given?.tables);
  const names = tables.map(({ name }) => name);
  return {
    datasets: resolveDatasets(given?.datasets),
    tables,
    lakeTables: resolveLakeTables(given?.lakeTables),
    buckets: resolveBuckets(given?.buckets, tier),
    ...(given?.composer && { composer: resolveComposer(given.composer, tier) }),
    ...(given?.vertex && { vertex: resolveVertex(given.vertex) }),
    classification: resolveClassification(given?.classification),
    ...(given?.inspection && { inspection: resolveInspection(given.inspection, tier, names) }),
    ...(given?.metastore && { metastore: resolveMetastore(given.metastore, tier) }),
    sampleData: ofTier(tier, tierSettings.sampleData),
    logLevel: ofTier(tier, tierSettings.logLevel),
    approval: ofTier(tier, tierSettings.approval),
  };
}
