export type { Catalog, CatalogLogin, HiveMetastore, IcebergCatalog } from "./catalog";
export type { PodsEnd, ServiceEndpoint } from "./endpoint";
export type { KeyValueStore, KeyValueUser } from "./key-value-store";
export type { BrokerGrant, BrokerUser, MessageBroker } from "./message-broker";
export type { AlertRule, MetricGraph, MetricsTarget } from "./metrics";
export {
  type Bucket,
  type BucketAccount,
  type BucketClaim,
  bucketAnnotations,
  bucketServers,
  type GcsBucket,
  type GcsStore,
  keyedBuckets,
  type ObjectStore,
  type S3Bucket,
  type S3Store,
} from "./object-store";
export type { QueryEngine } from "./query-engine";
export type { SchemaRegistry } from "./schema-registry";
export { isSparkConnect, type SparkCluster } from "./spark-cluster";
export type { SqlDatabase } from "./sql-database";
export type { SqlServer } from "./sql-server";
export type { WebUi } from "./web-ui";
