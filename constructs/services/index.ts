export type {
  Bucket,
  Catalog,
  HiveMetastore,
  IcebergCatalog,
  ObjectStore,
  ServiceEndpoint,
  SqlDatabase,
} from "./contracts";
export { DataPlatformServices, type DataPlatformServicesProps, type ServiceConnection } from "./data-platform-services";
export type { DataPlatformSettings } from "./data-platform-settings";
export { type DeclaredSecretSettings, DeclaredSecrets, type DeclaredSecretsProps } from "./declared-secrets";
export { HiveMetastoreService, type HiveMetastoreServiceProps } from "./hive-metastore";
export { Kyuubi, type KyuubiProps } from "./kyuubi";
export type { KyuubiAuthentication } from "./kyuubi-config";
export { MariaDb, type MariaDbProps } from "./mariadb";
export { Nessie, type NessieProps } from "./nessie";
export {
  CloudNativePgOperator,
  type CloudNativePgOperatorProps,
  MariaDbOperator,
  type MariaDbOperatorProps,
  operatorNamespaces,
  SparkOperator,
  type SparkOperatorProps,
} from "./operators";
export { Postgres, type PostgresProps } from "./postgres";
export { SeaweedFs, type SeaweedFsProps } from "./seaweedfs";
export { ServiceContext, type ServiceContextProps } from "./service-context";
export { SharedReader, type SharedReaderProps } from "./shared-reader";
export { Trino, type TrinoProps } from "./trino";
