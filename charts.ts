/** A chart, exactly one version of it, and where upstream publishes it. */
export interface ChartPin {
  /** Name of the chart in its repository. */
  readonly chart: string;
  /** `https://` index or `oci://` path, without the chart's name. */
  readonly repository: string;
  /** Exact version, with the `v` where upstream has one. */
  readonly version: string;
  /**
   * Where the chart keeps its custom resource definitions; it decides who upgrades them and whether they outlive the release.
   *
   * @default - the chart has none
   */
  readonly crds?: "folder" | "templates";
  /**
   * Places in the chart's values where it names users and groups of pods itself.
   *
   * @default - none that the platform does not set
   */
  readonly users?: readonly string[];
}

const jetstack = "oci://quay.io/jetstack/charts";
const fluxOperator = "oci://ghcr.io/controlplaneio-fluxcd/charts";
const cloudnativePg = "https://cloudnative-pg.github.io/charts";
const mariadb = "https://mariadb-operator.github.io/mariadb-operator";
const prometheusCommunity = "oci://ghcr.io/prometheus-community/charts";

/** Every chart from outside that the platform installs. A version changes here and nowhere else. */
export const charts = {
  certManager: { chart: "cert-manager", repository: jetstack, version: "v1.21.1", crds: "templates" },
  externalSecrets: {
    chart: "external-secrets",
    repository: "https://charts.external-secrets.io",
    version: "2.9.0",
    crds: "templates",
    users: [
      "securityContext.runAsUser",
      "webhook.securityContext.runAsUser",
      "certController.securityContext.runAsUser",
    ],
  },
  reloader: {
    chart: "reloader",
    repository: "oci://ghcr.io/stakater/charts",
    version: "2.2.16",
    users: ["reloader.deployment.securityContext.runAsUser"],
  },
  vault: { chart: "vault", repository: "https://helm.releases.hashicorp.com", version: "0.34.1" },
  openbao: { chart: "openbao", repository: "oci://ghcr.io/openbao/charts", version: "0.29.2" },
  fluxOperator: { chart: "flux-operator", repository: fluxOperator, version: "0.49.0", crds: "templates" },
  fluxInstance: { chart: "flux-instance", repository: fluxOperator, version: "0.49.0" },
  cloudnativePg: {
    chart: "cloudnative-pg",
    repository: cloudnativePg,
    version: "0.29.0",
    crds: "templates",
    users: ["containerSecurityContext.runAsUser", "containerSecurityContext.runAsGroup"],
  },
  barmanPlugin: { chart: "plugin-barman-cloud", repository: cloudnativePg, version: "0.7.0", crds: "templates" },
  mariadbOperatorCrds: { chart: "mariadb-operator-crds", repository: mariadb, version: "26.6.0", crds: "templates" },
  mariadbOperator: { chart: "mariadb-operator", repository: mariadb, version: "26.6.0" },
  seaweedfs: { chart: "seaweedfs", repository: "https://seaweedfs.github.io/seaweedfs/helm", version: "4.44.0" },
  valkey: { chart: "valkey", repository: "https://valkey.io/valkey-helm/", version: "0.11.0" },
  polaris: {
    chart: "polaris",
    repository: "https://downloads.apache.org/polaris/helm-chart",
    version: "1.7.0",
    users: ["podSecurityContext.fsGroup", "containerSecurityContext.runAsUser"],
  },
  lakekeeper: {
    chart: "lakekeeper",
    repository: "https://lakekeeper.github.io/lakekeeper-charts/",
    version: "0.11.0",
  },
  nessie: {
    chart: "nessie",
    repository: "https://charts.projectnessie.org",
    version: "0.108.4",
    users: ["podSecurityContext.fsGroup", "securityContext.runAsUser", "securityContext.runAsGroup"],
  },
  trino: { chart: "trino", repository: "https://trinodb.github.io/charts/", version: "1.42.2" },
  clickHouseOperator: {
    chart: "altinity-clickhouse-operator",
    repository: "https://helm.altinity.com",
    version: "0.25.6",
    crds: "folder",
  },
  sparkOperator: {
    chart: "spark-operator",
    repository: "https://kubeflow.github.io/spark-operator",
    version: "2.5.2",
    crds: "folder",
    users: ["controller.podSecurityContext.fsGroup", "webhook.podSecurityContext.fsGroup"],
  },
  strimzi: {
    chart: "strimzi-kafka-operator",
    repository: "oci://quay.io/strimzi-helm",
    version: "1.2.0",
    crds: "folder",
  },
  flinkOperator: {
    chart: "flink-kubernetes-operator",
    // The release mirror drops old versions, the archive keeps them.
    repository: "https://archive.apache.org/dist/flink/flink-kubernetes-operator-1.15.0/",
    version: "1.15.0",
    crds: "folder",
  },
  airflow: { chart: "airflow", repository: "https://airflow.apache.org", version: "1.21.0" },
  supersetOperator: {
    chart: "superset-operator",
    repository: "oci://ghcr.io/apache/superset-kubernetes-operator/charts",
    version: "0.2.0",
    crds: "folder",
  },
  jupyterhub: { chart: "jupyterhub", repository: "https://hub.jupyter.org/helm-chart/", version: "4.4.0" },
  prometheusOperatorCrds: {
    chart: "prometheus-operator-crds",
    repository: prometheusCommunity,
    version: "31.0.1",
    crds: "templates",
  },
  kubePrometheusStack: {
    chart: "kube-prometheus-stack",
    repository: prometheusCommunity,
    version: "88.5.3",
    crds: "folder",
  },
  loki: { chart: "loki", repository: "oci://ghcr.io/grafana-community/helm-charts", version: "18.11.0" },
  alloy: { chart: "alloy", repository: "https://grafana.github.io/helm-charts", version: "1.11.1", crds: "folder" },
  traefik: { chart: "traefik", repository: "oci://ghcr.io/traefik/helm", version: "41.3.0", crds: "folder" },
} as const satisfies Record<string, ChartPin>;

/** Images that the project's own manifests name, each with its exact tag; a chart brings its own. */
export const images = {
  bankVaults: "ghcr.io/bank-vaults/bank-vaults:v1.33.1",
  vault: "docker.io/hashicorp/vault:2.0.4",
  openbao: "quay.io/openbao/openbao:2.6.2",
  rclone: "docker.io/rclone/rclone:1.75.1",
  curl: "docker.io/curlimages/curl:8.18.0",
  // the version that the chart is for
  seaweedfs: "docker.io/chrislusf/seaweedfs:4.44",
  postgres: "ghcr.io/cloudnative-pg/postgresql:17.6",
  pgbouncer: "ghcr.io/cloudnative-pg/pgbouncer:1.25.1",
  mariadb: "docker.io/library/mariadb:11.8.3",
  mysqldExporter: "docker.io/prom/mysqld-exporter:v0.18.0",
  nessieGc: "ghcr.io/projectnessie/nessie-gc:0.108.4",
  // built from images/hive-metastore: Hive's own with JDBC drivers and S3A
  hiveMetastore: "terralake/hive-metastore:4.2.0-1",
  // the version of the chart
  polarisAdmin: "docker.io/apache/polaris-admin-tool:1.7.0",
  // Ours: Spark with Iceberg, S3A, Cloud Storage, Spark Connect and JDBC drivers, user 1000 (images/spark-iceberg).
  sparkIceberg: "terralake/spark-iceberg:3.5.7-2",
  // Ours: the same with Kyuubi in /opt/kyuubi, for gateways (user 10009) and their engines (images/kyuubi).
  kyuubi: "terralake/kyuubi:1.12.0-2",
  etcd: "quay.io/coreos/etcd:v3.6.16",
  kafka: "quay.io/strimzi/kafka:1.2.0-kafka-4.3.1",
  schemaRegistry: "quay.io/apicurio/apicurio-registry:3.3.1",
  flinkOperator: "docker.io/apache/flink-kubernetes-operator:1.15.0",
  flink: "docker.io/library/flink:1.20.4-scala_2.12-java17",
  airflow: "docker.io/apache/airflow:3.2.0",
  statsdExporter: "quay.io/prometheus/statsd-exporter:v0.29.0",
  gitSync: "registry.k8s.io/git-sync/git-sync:v4.4.2",
  superset: "terralake/superset:6.1.0-1",
  notebook: "terralake/notebook:1",
  trino: "docker.io/trinodb/trino:483",
  clickHouse: "docker.io/altinity/clickhouse-server:25.3.6.10034.altinitystable",
  clickHouseKeeper: "docker.io/altinity/clickhouse-keeper:25.3.6.10034.altinitystable",
  oauth2Proxy: "quay.io/oauth2-proxy/oauth2-proxy:v7.15.3",
  // Ours: dbt for Trino and Kyuubi, for tasks of Airflow (images/dbt).
  dbt: "terralake/dbt:1.11.16-1",
} as const;
