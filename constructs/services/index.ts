export {
  Airflow,
  type AirflowComponent,
  type AirflowConnections,
  type AirflowCredentials,
  type AirflowDags,
  type AirflowExecutor,
  type AirflowGitCredentials,
  type AirflowProps,
  gitSyncResources,
  statsdResources,
} from "./airflow";
export { ClickHouse, type ClickHouseProps, type ClickHouseUser, type KeeperSettings } from "./clickhouse";
export type * from "./contracts";
export { isSparkConnect } from "./contracts";
export {
  type DeclaredSecretSettings,
  DeclaredSecrets,
  type DeclaredSecretsProps,
  declaredKey,
} from "./declared-secrets";
export {
  Flink,
  type FlinkConfig,
  type FlinkJob,
  type FlinkPart,
  type FlinkProps,
  flinkImageVersion,
  taskManagersOf,
} from "./flink";
export { HiveMetastoreService, type HiveMetastoreServiceProps } from "./hive-metastore";
export {
  type Edge,
  type GatewaySettings,
  Ingress,
  type IngressProps,
  type Login,
  type OidcLogin,
  openShiftRoute,
  type TraefikService,
  traefikPorts,
} from "./ingress";
export { JupyterHub, type JupyterHubAuthentication, type JupyterHubCulling, type JupyterHubProps } from "./jupyterhub";
export {
  Kafka,
  type KafkaConfig,
  type KafkaPool,
  type KafkaProps,
  type KafkaTopic,
  nodesPerPool,
  nodesWith,
  scramLogin,
  scramOverTls,
  topicObjectName,
} from "./kafka";
export {
  Kyuubi,
  type KyuubiAuthentication,
  type KyuubiEngines,
  type KyuubiLdap,
  type KyuubiProps,
  KyuubiRegistry,
  type KyuubiRegistryProps,
  KyuubiUsers,
  registryMembers,
} from "./kyuubi";
export { Lakekeeper, type LakekeeperProps } from "./lakekeeper";
export {
  MariaDb,
  type MariaDbBackup,
  type MariaDbGrant,
  type MariaDbProps,
  type MariaDbUser,
  mariaDbExporterResources,
} from "./mariadb";
export {
  type AlertReceivers,
  type LogSettings,
  Monitoring,
  type MonitoringProps,
  type WatchedService,
} from "./monitoring";
export { Nessie, type NessieBackup, type NessieGc, type NessieProps } from "./nessie";
export * from "./object-store";
export {
  BarmanPlugin,
  type BarmanPluginProps,
  CloudNativePgOperator,
  type CloudNativePgOperatorProps,
  FlinkOperator,
  type FlinkOperatorProps,
  MariaDbOperator,
  type MariaDbOperatorProps,
  operatorNamespaces,
  PrometheusDefinitions,
  type PrometheusDefinitionsProps,
  SparkOperator,
  type SparkOperatorProps,
  StrimziOperator,
  type StrimziOperatorProps,
  SupersetOperator,
  type SupersetOperatorProps,
  sparkJobAccount,
  sparkOperatorMetrics,
} from "./operators";
export { Polaris, type PolarisProps } from "./polaris";
export {
  CloudSqlServer,
  type CloudSqlServerProps,
  isPointInTime,
  type ManagedSqlUsers,
  Postgres,
  type PostgresBackup,
  type PostgresPooler,
  type PostgresProps,
  type PostgresRestore,
  poolerResources,
  postgresBackupResources,
} from "./postgres";
export type { RestCatalogProps } from "./rest-catalog";
export { restartOnChange } from "./restart";
export { ApicurioRegistry, type ApicurioRegistryProps, type RegistryStorage } from "./schema-registry";
export type { RegistryConfig } from "./schema-registry-storage";
export { tokenlessAccount } from "./service-account";
export { ServiceContext, type ServiceContextProps } from "./service-context";
export { SharedReader, type SharedReaderProps } from "./shared-reader";
export {
  executorPodMebibytes,
  type Lakehouse,
  SparkConnect,
  type SparkConnectProps,
  SparkHistory,
  type SparkHistoryProps,
  type SparkJobSettings,
  SparkJobs,
  type SparkJobsProps,
  type SparkProperties,
  SparkStandalone,
  type SparkStandaloneProps,
} from "./spark";
export { beatResources, Superset, type SupersetCredentials, type SupersetProps } from "./superset";
export { type ExtraCatalog, Trino, type TrinoProps } from "./trino";
export { Valkey, type ValkeyProps, valkeyExporterResources } from "./valkey";
export {
  type OutsideAddress,
  WebService,
  type WebServiceAddress,
  type WebServiceAutoscale,
  type WebServicePage,
  type WebServiceProps,
  type WebServiceRight,
  type WebServiceUses,
  webServiceAddress,
  webServiceFolders,
} from "./web-service";
