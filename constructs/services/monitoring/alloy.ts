import { readOnlyContainer, restrictedPod } from "../../kubernetes";
import type { JsonObject } from "../../terraform";
import type { LogSettings } from "./settings";

/** User of the collector's image. */
const user = 473;

/** Where the collector keeps how far it has read. */
const folder = "/tmp/alloy";

/** What values of Alloy are made of. */
export interface AlloyProps {
  readonly logs: LogSettings;
  /** Namespaces whose pods' logs are read. */
  readonly namespaces: readonly string[];
  /** URL of Loki. */
  readonly loki: string;
  /** @default - upstream's registry */
  readonly imageRegistry?: string;
}

/**
 * Values of Alloy's chart: one collector that reads logs through the Kubernetes API. Reading the files of the nodes would take
 * host paths, which the restricted profile refuses.
 *
 * @see https://grafana.com/docs/alloy/latest/reference/components/loki/loki.source.kubernetes/
 */
export function alloyValues({ logs, namespaces, loki, imageRegistry }: AlloyProps): JsonObject {
  return {
    ...(imageRegistry ? { global: globals(imageRegistry) } : { global: { podSecurityContext: restrictedPod(user) } }),
    fullnameOverride: "alloy",
    crds: { create: false },
    // roles are made beside the release: the chart's would let it read every Secret
    rbac: { create: false },
    serviceAccount: { create: false, name: "alloy" },
    alloy: {
      configMap: { create: true, content: collectorConfig(namespaces, loki) },
      enableReporting: false,
      storagePath: folder,
      resources: logs.collector,
      securityContext: readOnlyContainer,
      mounts: {
        extra: [
          { name: "positions", mountPath: folder },
          { name: "api-access", mountPath: apiFolder, readOnly: true },
        ],
      },
    },
    // another configuration restarts the pod: the chart puts its digest on it
    configReloader: { enabled: false },
    controller: {
      type: "deployment",
      replicas: 1,
      updateStrategy: { type: "Recreate" },
      volumes: {
        extra: [
          { name: "positions", emptyDir: { sizeLimit: "128Mi" } },
          { name: "api-access", projected: { sources: apiAccess } },
        ],
      },
    },
  };
}

/** Where programs in a pod look for the token of their account. */
const apiFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * K8S-06: what Kubernetes would mount by itself, for this pod alone: the chart cannot say of its pod that it wants a token, and
 * an account that gives one gives it to every pod that names the account.
 *
 * @see https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken
 */
const apiAccess = [
  { serviceAccountToken: { path: "token", expirationSeconds: 3600 } },
  { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
  {
    downwardAPI: {
      items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
    },
  },
];

function globals(registry: string) {
  return { image: { registry }, podSecurityContext: restrictedPod(user) };
}

/**
 * Configuration in Alloy's language: pods of the namespaces, their logs with namespace, pod, container and service as labels.
 *
 * @param loki URL without a path
 */
export function collectorConfig(namespaces: readonly string[], loki: string): string {
  const label = (source: string, target: string) => `
  rule {
    source_labels = ["__meta_kubernetes_${source}"]
    target_label  = "${target}"
  }`;
  return `discovery.kubernetes "pods" {
  role = "pod"
  namespaces {
    names = ${JSON.stringify(namespaces)}
  }
}

discovery.relabel "pods" {
  targets = discovery.kubernetes.pods.targets
${label("namespace", "namespace")}
${label("pod_name", "pod")}
${label("pod_container_name", "container")}
${label("pod_label_app_kubernetes_io_name", "service_name")}
}

loki.source.kubernetes "pods" {
  targets    = discovery.relabel.pods.output
  forward_to = [loki.write.loki.receiver]
}

loki.write "loki" {
  endpoint {
    url = "${loki}/loki/api/v1/push"
  }
}
`;
}
