/** Namespaces of the data operators; a service opens the flow from its operator to its pods. */
export const operatorNamespaces = {
  cloudNativePg: "cnpg-system",
  mariaDb: "mariadb-operator",
  spark: "spark-operator",
  strimzi: "strimzi-system",
  flink: "flink-operator",
  superset: "superset-operator",
  prometheusDefinitions: "prometheus-definitions",
} as const;
