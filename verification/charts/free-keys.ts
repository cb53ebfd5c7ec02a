/** Keys that a chart takes although its values.yaml does not show them, each read in the chart's templates. */
export const freeKeys: Readonly<Record<string, readonly string[]>> = {
  // the names of catalogues are the user's
  trino: ["catalogs"],
  // settings of Alertmanager itself, and charts within the chart
  "kube-prometheus-stack": ["alertmanager.config", "grafana", "kube-state-metrics"],
  // settings of Loki itself, and a map that the templates want for any kind of storage
  loki: ["loki.limits_config.retention_period", "loki.storage.bucketNames"],
  // settings of Airflow itself
  airflow: ["config"],
  // settings of JupyterHub's own classes
  jupyterhub: ["hub.config"],
  // a number or a share
  lakekeeper: ["catalog.podDisruptionBudget.minAvailable"],
  // annotations are the user's
  "altinity-clickhouse-operator": ["podAnnotations"],
  // in values.yaml as a comment; `enabled` is the chart's own key beside those of Kubernetes
  seaweedfs: [
    "allInOne.s3.createBuckets",
    ...["allInOne", "filer"].flatMap((part) => [
      `${part}.podSecurityContext.enabled`,
      `${part}.containerSecurityContext.enabled`,
    ]),
  ],
  // read by the names' templates
  openbao: ["fullnameOverride", "nameOverride"],
  "custom-resources": ["objects"],
};
