import {
  Monitoring,
  operatorNamespaces,
  type PodsEnd,
  PrometheusDefinitions,
  type WatchedService,
} from "../constructs/services";
import { vaultAccess } from "../constructs/vault";
import type { Problem } from "../environments/schema/errors";
import { parseBytes } from "../environments/schema/quantity";
import { declaredKey } from "../environments/schema/service-secrets";
import { bySize } from "../environments/schema/sizes";
import { defineService, type OperatorDefinition, type ServiceSite, type Workload } from "./definition";
import {
  common,
  commonFields,
  list,
  ofSize,
  oneOf,
  replicas,
  resources,
  sized,
  sizedResources,
  storage,
  storageClass,
  strict,
  text,
  truth,
} from "./fields";
import { alertsInput, receiversOf } from "./parts/monitoring-receivers";

/** What the small parts ask for, the same on every target. */
const parts = {
  operator: sized("20m", "128Mi"),
  configReloader: sized("10m", "50Mi"),
  alertmanager: sized("20m", "128Mi"),
  kubeStateMetrics: sized("20m", "128Mi"),
} as const;

/** Bucket of the logs. */
const bucket = "logs";

/** Namespaces that every platform has and whose logs are read too. */
export const platformLogs = ["cert-manager", "external-secrets", "flux-system", vaultAccess.namespace] as const;

/** The definitions of monitors and rules, without pods. */
const definitions: OperatorDefinition = {
  id: "PrometheusDefinitions",
  namespace: operatorNamespaces.prometheusDefinitions,
  workloads: () => [],
  build: (scope, id, { namespace }) => {
    new PrometheusDefinitions(scope, id, { namespace });
  },
};

const retention = text(/^[1-9]\d*d$/, "a number of days, such as 7d", "write whole days").optional();

/** Private addresses, among which those of the nodes are. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

const range = text(
  /^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/,
  "a range in CIDR notation, such as 10.0.0.0/16",
  "write the range of the cluster's nodes",
);

/** Prometheus, Alertmanager, Grafana and Loki, with monitors, alerts and a page for each service that is on. */
export const monitoring = defineService({
  input: strict({
    ...commonFields,
    replicas,
    resources,
    storage,
    storageClass,
    retention,
    nodeRanges: list(range, "ranges").optional(),
    grafana: strict({ resources, adminPassword: declaredKey("platform/grafana-admin#password").optional() }).optional(),
    logs: strict({
      enabled: truth().optional(),
      in: oneOf("volume", "objectStore").optional(),
      retention,
      storage,
      resources,
      collector: resources,
    }).optional(),
    alerts: alertsInput.optional(),
  }),
  resolve: (given, defaults) => {
    const { logs = {}, grafana = {}, alerts = {} } = given;
    return {
      ...common({ namespace: "monitoring", ...given }),
      /** Servers of Prometheus and of Alertmanager. */
      replicas: ofSize(given.replicas, defaults, [1, 2]),
      // two million samples a minute of a full platform fit into 4Gi
      resources: sizedResources(given.resources, defaults, [sized("100m", "768Mi"), sized("500m", "4Gi")]),
      storage: ofSize(given.storage, defaults, ["10Gi", "50Gi"]),
      storageClass: given.storageClass ?? defaults.storageClass,
      retention: ofSize(given.retention, defaults, ["7d", "30d"]),
      /** Addresses of the nodes. */
      nodeRanges: given.nodeRanges ?? privateRanges,
      grafana: {
        resources: sizedResources(grafana.resources, defaults, [sized("50m", "256Mi"), sized("100m", "512Mi")]),
        /** Key of a declared secret (`mount/path#key`); otherwise one is generated. */
        adminPassword: grafana.adminPassword,
      },
      logs:
        logs.enabled === false
          ? undefined
          : {
              in: logs.in ?? bySize(defaults.size, ["volume", "objectStore"] as const),
              retention: ofSize(logs.retention, defaults, ["7d", "30d"]),
              storage: ofSize(logs.storage, defaults, ["5Gi", "20Gi"]),
              resources: sizedResources(logs.resources, defaults, [sized("50m", "384Mi"), sized("250m", "2Gi")]),
              collector: sizedResources(logs.collector, defaults, [sized("50m", "192Mi"), sized("100m", "512Mi")]),
            },
      alerts,
    };
  },
  needs: ({ logs }) => (logs?.in === "objectStore" ? [["objectStore"]] : []),
  buckets: ({ logs }) => (logs?.in === "objectStore" ? [bucket] : []),
  operators: () => [definitions],
  workloads: ({ replicas: servers, resources: each, storage: volume, grafana, logs }): readonly Workload[] => [
    { component: "prometheus", pods: servers, resources: each, storage: volume },
    { component: "alertmanager", pods: servers, resources: parts.alertmanager, storage: "1Gi" },
    // one beside each of these servers
    { component: "config-reloader", pods: 2 * servers, resources: parts.configReloader },
    { component: "prometheus-operator", pods: 1, resources: parts.operator },
    { component: "kube-state-metrics", pods: 1, resources: parts.kubeStateMetrics },
    { component: "grafana", pods: 1, resources: grafana.resources },
    ...(logs
      ? [
          { component: "loki", pods: 1, resources: logs.resources, storage: logs.storage },
          { component: "alloy", pods: 1, resources: logs.collector },
        ]
      : []),
  ],
  check: ({ storage: volume }): readonly Problem[] =>
    parseBytes(volume) < parseBytes("2Gi")
      ? [
          {
            path: "storage",
            given: `"${volume}"`,
            allowed: "at least 2Gi: Prometheus writes two hours of metrics before it throws the first away",
            next: "write 2Gi or more",
          },
        ]
      : [],
  build: (site, settings) => {
    const { logs } = settings;
    const built = new Monitoring(site.scope, "Monitoring", {
      context: site.context,
      namespace: site.namespace(settings.namespace),
      replicas: settings.replicas,
      retention: settings.retention,
      storage: settings.storage,
      storageClass: settings.storageClass,
      resources: settings.resources,
      parts,
      grafana: {
        resources: settings.grafana.resources,
        adminPassword:
          settings.grafana.adminPassword === undefined ? undefined : site.declaredKey(settings.grafana.adminPassword),
      },
      logs: logs && {
        retention: hours(logs.retention),
        storage: logs.storage,
        resources: logs.resources,
        collector: logs.collector,
        bucket: logs.in === "objectStore" ? site.keyedBucket(bucket) : undefined,
      },
      receivers: receiversOf(settings.alerts, site.declaredKey),
      services: watchedServices(site.offers),
      platformNamespaces: platformLogs,
      nodes: settings.nodeRanges,
    });
    return { address: built.address, webUis: [built.webUi] };
  },
});

/** Loki counts in hours. */
function hours(days: string): string {
  return `${Number.parseInt(days, 10) * 24}h`;
}

/** The services that have pods, with what they tell. */
export function watchedServices(offers: ServiceSite["offers"]): readonly WatchedService[] {
  return offers.flatMap(({ service, metrics = [], ports = {}, webUis = [] }) => {
    const ends = [
      ...metrics.map(({ pods }) => pods),
      ...Object.values(ports).map(({ end }) => end),
      ...webUis.map(({ server }) => server.end),
    ].filter((end): end is PodsEnd => "namespace" in end);
    const pods = [...new Map(ends.map((end) => [`${end.namespace.name}/${end.name}`, end])).values()];
    return pods.length > 0 ? [{ service, pods, metrics }] : [];
  });
}
