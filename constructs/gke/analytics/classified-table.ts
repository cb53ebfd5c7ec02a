import { BigqueryTable } from "@cdktf/provider-google/lib/bigquery-table";
import { Construct } from "constructs";
import type { AnalyticsDataset } from "./dataset";

/** A column of a {@link ClassifiedTable}. */
export interface ClassifiedColumn {
  readonly name: string;
  /** Type in BigQuery, such as `STRING`. */
  readonly type: string;
  /**
   * Whether a row must have it.
   *
   * @default false
   */
  readonly required?: boolean;
  /** @default - none */
  readonly description?: string;
  /**
   * Full name of the policy tag that decides who may read it.
   *
   * @default - none: whoever reads the table reads the column
   */
  readonly policyTag?: string;
}

/** Settings of a {@link ClassifiedTable}. */
export interface ClassifiedTableProps {
  readonly project: string;
  readonly dataset: AnalyticsDataset;
  readonly tableId: string;
  readonly columns: readonly ClassifiedColumn[];
  /** @default - none */
  readonly description?: string;
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
  /**
   * Columns by which rows lie together.
   *
   * @default - none
   */
  readonly clusterBy?: readonly string[];
}

/** A table of BigQuery whose columns are declared, each with the tag that decides who may read it. */
export class ClassifiedTable extends Construct {
  /** `<project>.<dataset>.<table>` */
  readonly fullId: string;
  readonly tableId: string;
  readonly dataset: AnalyticsDataset;
  readonly columns: readonly ClassifiedColumn[];
  readonly resource: BigqueryTable;

  constructor(scope: Construct, id: string, props: ClassifiedTableProps) {
    super(scope, id);
    const { dataset, partitionBy, partitionExpiryDays, clusterBy = [] } = props;
    this.tableId = props.tableId;
    this.dataset = dataset;
    this.columns = props.columns;
    this.fullId = `${dataset.fullId}.${props.tableId}`;
    this.resource = new BigqueryTable(this, "Resource", {
      project: props.project,
      datasetId: dataset.resource.datasetId,
      tableId: props.tableId,
      description: props.description,
      schema: JSON.stringify(props.columns.map(schemaOf)),
      timePartitioning: partitionBy
        ? {
            type: "DAY",
            field: partitionBy,
            expirationMs: partitionExpiryDays === undefined ? undefined : partitionExpiryDays * 24 * 60 * 60 * 1000,
          }
        : undefined,
      clustering: clusterBy.length > 0 ? [...clusterBy] : undefined,
      // TF-16: rows are data, and a changed column type would replace the table.
      deletionProtection: !dataset.allowDestroy,
      lifecycle: { preventDestroy: !dataset.allowDestroy },
    });
  }
}

/** @see https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#tablefieldschema */
function schemaOf({ name, type, required, description, policyTag }: ClassifiedColumn) {
  return {
    name,
    // The names that the API answers with; the newer ones would show a difference in every plan.
    type: legacyTypes[type] ?? type,
    mode: required ? "REQUIRED" : "NULLABLE",
    ...(description !== undefined && { description }),
    ...(policyTag !== undefined && { policyTags: { names: [policyTag] } }),
  };
}

const legacyTypes: Readonly<Record<string, string>> = { INT64: "INTEGER", FLOAT64: "FLOAT", BOOL: "BOOLEAN" };
