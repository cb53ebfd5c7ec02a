export { BarmanPlugin, type BarmanPluginProps } from "./barman-plugin";
export { ClickHouseOperator, type ClickHouseOperatorProps, clickHouseOperatorPods } from "./clickhouse";
export { CloudNativePgOperator, type CloudNativePgOperatorProps, cloudNativePgPods } from "./cloudnative-pg";
export { FlinkOperator, type FlinkOperatorProps, flinkOperatorPods } from "./flink";
export { MariaDbOperator, type MariaDbOperatorProps, mariaDbOperatorPods } from "./mariadb";
export { operatorNamespaces } from "./namespaces";
export { PrometheusDefinitions, type PrometheusDefinitionsProps } from "./prometheus-definitions";
export {
  SparkOperator,
  type SparkOperatorProps,
  sparkJobAccount,
  sparkOperatorMetrics,
} from "./spark";
export { StrimziOperator, type StrimziOperatorProps, strimziOperatorPods } from "./strimzi";
export { SupersetOperator, type SupersetOperatorProps } from "./superset";
