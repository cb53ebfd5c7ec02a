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
}

const jetstack = "oci://quay.io/jetstack/charts";
const fluxOperator = "oci://ghcr.io/controlplaneio-fluxcd/charts";
const cloudnativePg = "https://cloudnative-pg.github.io/charts";
const mariadb = "https://mariadb-operator.github.io/mariadb-operator";

/** Every chart from outside that the platform installs. A version changes here and nowhere else. */
export const charts = {
  certManager: { chart: "cert-manager", repository: jetstack, version: "v1.21.1", crds: "templates" },
  externalSecrets: {
    chart: "external-secrets",
    repository: "https://charts.external-secrets.io",
    version: "2.9.0",
    crds: "templates",
  },
  reloader: { chart: "reloader", repository: "oci://ghcr.io/stakater/charts", version: "2.2.16" },
  vault: { chart: "vault", repository: "https://helm.releases.hashicorp.com", version: "0.34.1" },
  openbao: { chart: "openbao", repository: "oci://ghcr.io/openbao/charts", version: "0.29.2" },
  fluxOperator: { chart: "flux-operator", repository: fluxOperator, version: "0.49.0", crds: "templates" },
  fluxInstance: { chart: "flux-instance", repository: fluxOperator, version: "0.49.0" },
  cloudnativePg: { chart: "cloudnative-pg", repository: cloudnativePg, version: "0.29.0", crds: "templates" },
  mariadbOperatorCrds: { chart: "mariadb-operator-crds", repository: mariadb, version: "26.6.0", crds: "templates" },
  mariadbOperator: { chart: "mariadb-operator", repository: mariadb, version: "26.6.0" },
  seaweedfs: { chart: "seaweedfs", repository: "https://seaweedfs.github.io/seaweedfs/helm", version: "4.44.0" },
  nessie: { chart: "nessie", repository: "https://charts.projectnessie.org", version: "0.108.4" },
  trino: { chart: "trino", repository: "https://trinodb.github.io/charts/", version: "1.42.2" },
  sparkOperator: {
    chart: "spark-operator",
    repository: "https://kubeflow.github.io/spark-operator",
    version: "2.5.2",
    crds: "folder",
  },
} as const satisfies Record<string, ChartPin>;

/** Images that the project's own manifests name, each with its exact tag; a chart brings its own. */
export const images = {
  bankVaults: "ghcr.io/bank-vaults/bank-vaults:v1.33.1",
  vault: "docker.io/hashicorp/vault:2.0.4",
  openbao: "quay.io/openbao/openbao:2.6.2",
  rclone: "docker.io/rclone/rclone:1.75.1",
  postgres: "ghcr.io/cloudnative-pg/postgresql:17.6",
  mariadb: "docker.io/library/mariadb:11.8.3",
  hive: "docker.io/apache/hive:4.2.0",
  kyuubi: "docker.io/apache/kyuubi:1.12.0",
  spark: "docker.io/apache/spark:3.5.8",
} as const;
