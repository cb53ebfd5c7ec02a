export type { Catalog, HiveMetastore, IcebergCatalog } from "./catalog";
export type { PodsEnd, ServiceEndpoint } from "./endpoint";
export type { Bucket, ObjectStore } from "./object-store";
export type { SqlDatabase } from "./sql-database";
