import { type ChartPin, charts, images } from "../../../charts";

/**
 * Images that each chart names, or that its operator starts, in every version: a trailing `*` ends at the next slash. A new
 * chart does not compile without its row; that a row is whole is proved by `terralake verify`, on what the chart renders.
 *
 * @see https://cloud.google.com/binary-authorization/docs/key-concepts#exempt-images
 */
const ofCharts: { readonly [chart in keyof typeof charts]: readonly string[] } = {
  certManager: ["quay.io/jetstack/cert-manager-*"],
  externalSecrets: ["ghcr.io/external-secrets/external-secrets*"],
  reloader: ["ghcr.io/stakater/reloader*"],
  vault: ["docker.io/hashicorp/vault*"],
  openbao: ["quay.io/openbao/openbao*"],
  fluxOperator: ["ghcr.io/controlplaneio-fluxcd/flux-operator*"],
  fluxInstance: [
    "ghcr.io/controlplaneio-fluxcd/flux-operator-cli*",
    ...["source", "kustomize", "helm", "notification"].map((name) => `ghcr.io/fluxcd/${name}-controller*`),
  ],
  cloudnativePg: ["ghcr.io/cloudnative-pg/cloudnative-pg*"],
  barmanPlugin: ["ghcr.io/cloudnative-pg/plugin-barman-cloud*"],
  mariadbOperatorCrds: [],
  mariadbOperator: [
    "ghcr.io/mariadb-operator/mariadb-operator*",
    "docker.io/library/mariadb*",
    "docker.io/prom/mysqld-exporter*",
  ],
  seaweedfs: ["docker.io/chrislusf/seaweedfs*"],
  valkey: ["docker.io/valkey/valkey*", "ghcr.io/oliver006/redis_exporter*"],
  polaris: ["docker.io/apache/polaris*"],
  lakekeeper: ["quay.io/lakekeeper/catalog*"],
  nessie: ["ghcr.io/projectnessie/nessie*"],
  trino: ["docker.io/trinodb/trino*"],
  clickHouseOperator: ["docker.io/altinity/clickhouse-operator*", "docker.io/altinity/metrics-exporter*"],
  sparkOperator: ["ghcr.io/kubeflow/spark-operator/controller*", "ghcr.io/kubeflow/spark-operator/kubectl*"],
  strimzi: ["quay.io/strimzi/operator*", "quay.io/strimzi/kafka*"],
  flinkOperator: [
    "ghcr.io/apache/flink-kubernetes-operator*",
    "docker.io/apache/flink-kubernetes-operator*",
    "docker.io/library/flink*",
  ],
  airflow: ["docker.io/apache/airflow*", "registry.k8s.io/git-sync/git-sync*", "quay.io/prometheus/statsd-exporter*"],
  supersetOperator: ["ghcr.io/apache/superset-kubernetes-operator*"],
  jupyterhub: [
    "quay.io/jupyterhub/k8s-*",
    "quay.io/jupyterhub/configurable-http-proxy*",
    "registry.k8s.io/pause*",
    "registry.k8s.io/kube-scheduler*",
  ],
  prometheusOperatorCrds: [],
  kubePrometheusStack: [
    "quay.io/prometheus-operator/prometheus-*",
    "quay.io/prometheus/prometheus*",
    "quay.io/prometheus/alertmanager*",
    "quay.io/prometheus/node-exporter*",
    "docker.io/grafana/grafana*",
    "docker.io/kiwigrid/k8s-sidecar*",
    "quay.io/kiwigrid/k8s-sidecar*",
    "ghcr.io/jkroepke/kube-webhook-certgen*",
    "registry.k8s.io/kube-state-metrics/kube-state-metrics*",
  ],
  loki: [
    "docker.io/grafana/loki*",
    "docker.io/kiwigrid/k8s-sidecar*",
    "docker.io/nginxinc/nginx-unprivileged*",
    "docker.io/library/memcached*",
  ],
  alloy: ["docker.io/grafana/alloy*", "quay.io/prometheus-operator/prometheus-config-reloader*"],
  traefik: ["docker.io/library/traefik*", "ghcr.io/traefik/traefik*"],
};

/** Where references of this project's own images begin. */
const own = "terralake/";

/** Images of `charts.ts` without their versions, such as `quay.io/a/b`. */
const pinned: readonly string[] = Object.values(images)
  .filter((pin) => !pin.startsWith(own))
  .map((pin) => pin.replace(/[:@][^/]*$/, ""));

/** What runs in a cluster. */
export interface RunningParts {
  /** Charts that are installed. */
  readonly charts: readonly ChartPin[];
  /** Manifests, in which images of `charts.ts` are looked for by their names. */
  readonly manifests: readonly string[];
}

/** Settings of {@link exemptImages}. */
export interface ExemptImagesProps {
  readonly runs: RunningParts;
  /**
   * Registry that mirrors every upstream image.
   *
   * @default - each image's own registry
   */
  readonly registry?: string;
  /**
   * Patterns beside those of the platform.
   *
   * @default - none
   */
  readonly more?: readonly string[];
}

/**
 * Patterns of the images that the platform takes from others, who attest nothing to this project: one registry where
 * everything is mirrored, else each image that something in the cluster runs, by its repository. What a service needs that is
 * off is not admitted; the apply that switches it on changes the list first, as the cluster's layer comes before it.
 */
export function exemptImages({ runs, registry, more = [] }: ExemptImagesProps): readonly string[] {
  const upstream =
    registry === undefined
      ? [
          ...Object.entries(charts).flatMap(([name, { chart }]) =>
            runs.charts.some((pin) => pin.chart === chart) ? ofCharts[name as keyof typeof charts] : [],
          ),
          ...pinned.filter((image) => runs.manifests.some((text) => text.includes(image))).map((image) => `${image}*`),
        ]
      : [`${registry}/**`];
  const all = [...new Set([...upstream, ...more])].sort();
  // What a wider pattern admits needs no row of its own.
  return all.filter((pattern) => !all.some((wider) => wider !== pattern && covers(wider, pattern)));
}

/** Whether a pattern, `quay.io/a/**` or `quay.io/a/b*`, admits all that another one does. */
function covers(wider: string, pattern: string): boolean {
  if (wider.endsWith("/**")) return pattern.startsWith(wider.slice(0, -2));
  const start = wider.slice(0, -1);
  return (
    wider.endsWith("*") &&
    !pattern.endsWith("**") &&
    pattern.startsWith(start) &&
    !pattern.slice(start.length).includes("/")
  );
}
