export { CloudNativePgOperator, type CloudNativePgOperatorProps, cloudNativePgPods } from "./cloudnative-pg";
export { MariaDbOperator, type MariaDbOperatorProps, mariaDbOperatorPods } from "./mariadb";
export { operatorNamespaces } from "./namespaces";
export { SparkOperator, type SparkOperatorProps, sparkBlockPort, sparkJobAccount, sparkPods } from "./spark";
