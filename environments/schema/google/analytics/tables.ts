import type * as z from "zod";
import { list, oneOf, record, strict, text, truth, wholeNumber } from "../../field";
import { dataName } from "./datasets";

/** Types of columns in BigQuery that a table of the platform may have. */
export const columnTypes = [
  "STRING",
  "BYTES",
  "INT64",
  "FLOAT64",
  "NUMERIC",
  "BIGNUMERIC",
  "BOOL",
  "DATE",
  "DATETIME",
  "TIME",
  "TIMESTAMP",
  "JSON",
  "GEOGRAPHY",
] as const;

/** Type of a column in BigQuery. */
export type ColumnType = (typeof columnTypes)[number];

const dataset = text(dataName.pattern, "the name of a dataset of google.analytics.datasets", "declare it there");

/** Tables with columns that the environment declares, by name. */
export const tablesInput = record(
  dataName,
  strict({
    dataset: dataset.optional(),
    description: text(/^.{1,1000}$/, "one line of text", "shorten it").optional(),
    columns: record(
      dataName,
      strict({
        type: oneOf(...columnTypes),
        required: truth().optional(),
        description: text(/^.{1,1000}$/, "one line of text", "shorten it").optional(),
        tag: text(
          /^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/,
          "a tag of google.analytics.classification, such as pii.email",
          "write taxonomy and tag with a dot between them",
        ).optional(),
      }),
      "columns",
    ),
    partitionBy: text(dataName.pattern, "the name of a column", "declare it in columns").optional(),
    partitionExpiryDays: wholeNumber(1, 3650).optional(),
    clusterBy: list(text(dataName.pattern, "the name of a column", "declare it in columns"), "columns").optional(),
  }),
  "tables",
);

/** Iceberg tables of the lake that BigQuery reads, by name. */
export const lakeTablesInput = record(
  dataName,
  strict({
    dataset: dataset.optional(),
    metadata: text(
      /^(?!gs:)[^/\s]\S*\.metadata\.json$/,
      "the path of an Iceberg metadata file in the lake bucket, such as warehouse/orders/metadata/00001.metadata.json",
      (given) =>
        String(given).startsWith("gs://")
          ? "leave gs:// and the bucket out: tables are those of the lake bucket"
          : "copy the path of the table's newest metadata file",
    ),
  }),
  "tables of the lake",
);

/** A column of a table, with every default filled in. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Whether a row must have it. */
  readonly required: boolean;
  /** @default - none */
  readonly description?: string;
  /**
   * Tag that decides who may read it: taxonomy and tag.
   *
   * @default - none: whoever reads the table reads the column
   */
  readonly tag?: { readonly taxonomy: string; readonly tag: string };
}

/** A table that the environment declares, with every default filled in. */
export interface Table {
  readonly name: string;
  readonly dataset: string;
  /** @default - none */
  readonly description?: string;
  readonly columns: readonly Column[];
  /**
   * Column whose day decides the partition.
   *
   * @default - none: the table is one piece
   */
  readonly partitionBy?: string;
  /**
   * Days after which a partition vanishes.
   *
   * @default - never
   */
  readonly partitionExpiryDays?: number;
  /** Columns by which rows lie together; 4 at most. */
  readonly clusterBy: readonly string[];
}

/** An Iceberg table of the lake that BigQuery reads, with every default filled in. */
export interface LakeTable {
  readonly name: string;
  readonly dataset: string;
  /** Path of its metadata file within the lake bucket. */
  readonly metadata: string;
}

/** Fills in the defaults. */
export function resolveTables(given: z.output<typeof tablesInput> | undefined): readonly Table[] {
  return Object.entries(given ?? {}).map(([name, table]) => ({
    name,
    dataset: table.dataset ?? "analytics",
    ...(table.description !== undefined && { description: table.description }),
    columns: Object.entries(table.columns).map(([column, { type, required, description, tag }]) => ({
      name: column,
      type,
      required: required ?? false,
      ...(description !== undefined && { description }),
      ...(tag !== undefined && { tag: tagOf(tag) }),
    })),
    ...(table.partitionBy !== undefined && { partitionBy: table.partitionBy }),
    ...(table.partitionExpiryDays !== undefined && { partitionExpiryDays: table.partitionExpiryDays }),
    clusterBy: table.clusterBy ?? [],
  }));
}

/** Fills in the defaults. */
export function resolveLakeTables(given: z.output<typeof lakeTablesInput> | undefined): readonly LakeTable[] {
  return Object.entries(given ?? {}).map(([name, { dataset: of, metadata }]) => ({
    name,
    dataset: of ?? "analytics",
    metadata,
  }));
}

function tagOf(given: string): { readonly taxonomy: string; readonly tag: string } {
  const [taxonomy = "", tag = ""] = given.split(".");
  return { taxonomy, tag };
}
