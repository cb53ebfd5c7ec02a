import { type INamespace, type Resources, restrictedPod } from "../../kubernetes";
import type { JsonObject } from "../../terraform";
import { customResourceMetrics, customResourceRules } from "./custom-resource-metrics";
import { scrapeInterval } from "./monitors";
import type { PartResources } from "./parts";
import { type AlertReceivers, alertmanagerConfig, receiverKeys, receiverSecret } from "./receivers";

/** Name that the chart's objects begin with, and of its release. */
export const stackName = "monitoring";

/** What values of the stack are made of. */
export interface StackProps {
  readonly namespace: INamespace;
  /** Prometheus servers, each with all metrics; Alertmanager has as many. */
  readonly replicas: number;
  /** How long metrics are kept, such as `7d`. */
  readonly retention: string;
  /** Volume of each server. */
  readonly storage: string;
  /** @default - the environment's own */
  readonly storageClass?: string;
  /** What each server asks for. */
  readonly resources: Resources;
  readonly parts: PartResources;
  readonly receivers: AlertReceivers;
  /** Labels of pods by which dashboards find those of a service. */
  readonly podLabels: readonly string[];
  readonly grafana: JsonObject;
  /** @default - upstream's registries */
  readonly imageRegistry?: string;
}

/** Users of the images, as the charts have them; named here so that an environment may leave them to the namespace. */
const users = { prometheus: 1000, nobody: 65534 } as const;

/** Kinds that alerts and dashboards speak of: no Secret and no config map among them. */
const collectors = [
  ...["cronjobs", "daemonsets", "deployments", "horizontalpodautoscalers", "jobs", "namespaces", "nodes"],
  ...["persistentvolumeclaims", "pods", "replicasets", "resourcequotas", "statefulsets"],
];

/** Parts of the control plane, which a pod cannot reach on GKE and which are no data service. */
const controlPlane = [
  "kubeApiServer",
  "kubeControllerManager",
  "coreDns",
  "kubeDns",
  "kubeEtcd",
  "kubeScheduler",
  "kubeProxy",
];

const off = { enabled: false } as const;

/**
 * Values of kube-prometheus-stack: without the node exporter, which wants the nodes' own network and processes, without the
 * chart's rules and dashboards, which speak of the control plane, and without its roles, which reach every Secret.
 *
 * @see https://github.com/prometheus-community/helm-charts/tree/main/charts/kube-prometheus-stack
 */
export function stackValues(props: StackProps): JsonObject {
  return {
    fullnameOverride: stackName,
    crds: off,
    global: { rbac: { create: false }, ...(props.imageRegistry ? { imageRegistry: props.imageRegistry } : {}) },
    defaultRules: { create: false },
    nodeExporter: off,
    windowsMonitoring: off,
    ...Object.fromEntries(controlPlane.map((part) => [part, off])),
    kubelet: {
      enabled: true,
      namespace: props.namespace.name,
      serviceMonitor: { interval: scrapeInterval, probes: false },
    },
    prometheusOperator: operator(props),
    prometheus: prometheus(props),
    alertmanager: alertmanager(props),
    kubeStateMetrics: { enabled: true },
    "kube-state-metrics": kubeStateMetrics(props),
    grafana: props.grafana,
  };
}

function operator({ namespace, parts }: StackProps): JsonObject {
  return {
    fullnameOverride: "prometheus-operator",
    serviceAccount: { create: true, name: "prometheus-operator" },
    // rules and monitors are checked before they are delivered; the operator leaves out what is wrong all the same
    admissionWebhooks: off,
    tls: off,
    namespaces: { releaseNamespace: true, additional: [] },
    // the list of the kubelets' addresses; beside Prometheus, so that the operator needs no rights in kube-system
    kubeletService: { enabled: true, namespace: namespace.name },
    kubeletEndpointsEnabled: false,
    kubeletEndpointSliceEnabled: true,
    resources: parts.operator,
    securityContext: restrictedPod(users.nobody),
    prometheusConfigReloader: { resources: parts.configReloader },
    serviceMonitor: { selfMonitor: false },
  };
}

function claim({ storage, storageClass }: Pick<StackProps, "storage" | "storageClass">): JsonObject {
  return {
    volumeClaimTemplate: {
      spec: {
        accessModes: ["ReadWriteOnce"],
        ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
        resources: { requests: { storage } },
      },
    },
  };
}

function prometheus(props: StackProps): JsonObject {
  const everything = ["rule", "serviceMonitor", "podMonitor", "probe", "scrapeConfig"].map(
    (kind) => [`${kind}SelectorNilUsesHelmValues`, false] as const,
  );
  return {
    enabled: true,
    serviceAccount: { create: true, name: "prometheus" },
    serviceMonitor: { selfMonitor: false },
    networkPolicy: off,
    podDisruptionBudget: { enabled: props.replicas > 1 },
    prometheusSpec: {
      ...Object.fromEntries(everything),
      replicas: props.replicas,
      retention: props.retention,
      // metrics are dropped before the volume is full, which would stop the server
      retentionSize: retentionSize(props.storage),
      scrapeInterval,
      evaluationInterval: scrapeInterval,
      // as the operator lists the kubelets
      serviceDiscoveryRole: "EndpointSlice",
      enableAdminAPI: false,
      resources: props.resources,
      securityContext: restrictedPod(users.prometheus),
      storageSpec: claim(props),
      podAntiAffinity: props.replicas > 1 ? "soft" : "",
    },
  };
}

/** Four fifths of a volume, in the unit that Prometheus takes. */
export function retentionSize(storage: string): string {
  const [, amount = "0", unit = "Gi"] = /^(\d+(?:\.\d+)?)([KMGT]i)?$/.exec(storage) ?? [];
  const factor: { readonly [unit: string]: number } = { Ki: 1 / 1024, Mi: 1, Gi: 1024, Ti: 1024 * 1024 };
  return `${Math.floor(Number(amount) * (factor[unit] ?? 1024) * 0.8)}MB`;
}

function alertmanager(props: StackProps): JsonObject {
  const secrets = Object.keys(receiverKeys(props.receivers)).length > 0 ? [receiverSecret] : [];
  return {
    enabled: true,
    serviceAccount: { create: true, name: "alertmanager", automountServiceAccountToken: false },
    serviceMonitor: { selfMonitor: false },
    networkPolicy: off,
    podDisruptionBudget: { enabled: props.replicas > 1 },
    config: alertmanagerConfig(props.receivers),
    alertmanagerSpec: {
      replicas: props.replicas,
      automountServiceAccountToken: false,
      secrets,
      securityContext: restrictedPod(users.prometheus),
      resources: props.parts.alertmanager,
      // silences, and what has been told already
      storage: claim({ storage: "1Gi", storageClass: props.storageClass }),
      podAntiAffinity: props.replicas > 1 ? "soft" : "",
    },
  };
}

function kubeStateMetrics({ podLabels, parts }: StackProps): JsonObject {
  return {
    fullnameOverride: "kube-state-metrics",
    serviceAccount: { create: true, name: "kube-state-metrics" },
    collectors: [...collectors],
    metricLabelsAllowlist: podLabels.length > 0 ? [`pods=[${podLabels.join(",")}]`] : [],
    rbac: { create: true, extraRules: customResourceRules() },
    customResourceState: { enabled: true, config: customResourceMetrics() },
    resources: parts.kubeStateMetrics,
    securityContext: restrictedPod(users.nobody),
    selfMonitor: off,
    // what it tells is of other pods, whose labels win
    prometheus: { monitor: { enabled: true, honorLabels: true, interval: scrapeInterval } },
  };
}
