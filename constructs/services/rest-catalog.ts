import type { INamespace, Resources } from "../kubernetes";
import type { S3Bucket, SqlDatabase } from "./contracts";
import type { ServiceContext } from "./service-context";

/** Settings of a catalogue of Iceberg tables that speaks Iceberg's REST protocol. */
export interface RestCatalogProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  readonly replicas: number;
  /** What each server asks for. */
  readonly resources: Resources;
  /** Where the catalogue is kept; PostgreSQL. */
  readonly database: SqlDatabase;
  /** Where tables are kept. */
  readonly warehouse: S3Bucket;
  /** Name of the warehouse that engines ask for. @default - that of the bucket */
  readonly warehouseName?: string;
  /** Settings of the server by their own names. @default - none */
  readonly config?: { readonly [setting: string]: string };
  /** Image in the place of the chart's own. @default - the chart's own */
  readonly image?: string;
}
