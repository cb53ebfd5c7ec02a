import type { ITerraformDependable } from "cdktf";
import type { SecretKey } from "../../secrets";
import type { ServiceEndpoint } from "./endpoint";
import type { Bucket } from "./object-store";

/** A catalogue of Iceberg tables that speaks the Iceberg REST protocol. */
export interface IcebergCatalog {
  readonly kind: "rest";
  /** Name under which engines show it. */
  readonly name: string;
  /** Base of the REST protocol, with a slash at the end. */
  readonly uri: string;
  /** Warehouse that engines ask for. */
  readonly warehouse: string;
  /** Where the tables lie. */
  readonly bucket: Bucket;
  /**
   * How engines log in.
   *
   * @default - the catalogue knows no users: who reaches it may use it
   */
  readonly oauth2?: CatalogLogin;
  readonly server: ServiceEndpoint;
  /**
   * What to wait for, where it is made in the same stack.
   *
   * @default - nothing
   */
  readonly resource?: ITerraformDependable;
}

/** A login by the flow of client credentials of OAuth 2. */
export interface CatalogLogin {
  /** Where a token is asked for. */
  readonly serverUri: string;
  readonly clientId: SecretKey;
  readonly clientSecret: SecretKey;
  /** What is asked for, such as `PRINCIPAL_ROLE:ALL`. */
  readonly scope: string;
}

/** A catalogue of Hive and Iceberg tables that speaks Thrift. */
export interface HiveMetastore {
  readonly kind: "hive";
  /** Name under which engines show it. */
  readonly name: string;
  /** `thrift://host:port`. */
  readonly thriftUri: string;
  /** Where the tables lie. */
  readonly bucket: Bucket;
  readonly server: ServiceEndpoint;
  /**
   * What to wait for, where it is made in the same stack.
   *
   * @default - nothing
   */
  readonly resource?: ITerraformDependable;
}

/** What a query engine can show as a catalogue. */
export type Catalog = IcebergCatalog | HiveMetastore;
