import { existingNamespace } from "../../../../constructs/kubernetes";
import { keyOf, provided } from "../../../../constructs/secrets";
import {
  type AlertReceivers,
  Monitoring,
  type MonitoringProps,
  SeaweedFs,
  type WatchedService,
} from "../../../../constructs/services";
import type { DeploySettingsProps } from "../../../../constructs/terraform";
import { namespace as data, type ServiceStacks, serviceStacks, small } from "../service-stacks";

export const namespace = existingNamespace("monitoring");

const trinoPods = { namespace: data, name: "trino", podLabels: { "app.kubernetes.io/name": "trino" } };

/** A service with metrics, an alert and a graph of its own. */
export const trino: WatchedService = {
  service: "trino",
  pods: [trinoPods],
  metrics: [
    {
      name: "trino",
      pods: trinoPods,
      port: 5556,
      portName: "jmx",
      path: "/jmx",
      graphs: [{ title: "Queries", expression: "sum by (pod) (trino_queries_running)", unit: "short" }],
      alerts: [
        {
          name: "TrinoQueriesWait",
          expression: "sum(trino_queries_queued) > 100",
          after: "10m",
          severity: "warning",
          summary: "Queries wait for Trino.",
          remedy: "Give it more workers.",
        },
      ],
    },
  ],
};

/** A service that tells nothing, with a name of two words. */
export const objectStore: WatchedService = {
  service: "objectStore",
  pods: [{ namespace: data, name: "seaweedfs", podLabels: { "app.kubernetes.io/name": "seaweedfs" } }],
  metrics: [],
};

/** What a stack of monitoring may be made of, beside what all share. */
export interface Variant {
  readonly settings?: DeploySettingsProps;
  readonly logs?: "volume" | "bucket" | "off";
  readonly receivers?: (stacks: ServiceStacks) => AlertReceivers;
  readonly props?: Partial<MonitoringProps>;
}

/** All receivers, with one key for all. */
export function everyReceiver({ context }: ServiceStacks): AlertReceivers {
  const secret = context.secrets.secret("alerts", { key: provided("alert_key", "Key of the alerts' receivers") });
  const key = keyOf(secret, "key");
  return {
    webhook: { url: key },
    slack: { url: key, channel: "#data-platform" },
    pagerduty: { routingKey: key },
    email: {
      to: "people@example.com",
      from: "platform@example.com",
      server: "smtp.example.com:587",
      username: "platform",
      password: key,
    },
  };
}

/** Monitoring of two services. */
export function monitored({ settings, logs = "volume", receivers, props }: Variant = {}): ServiceStacks & {
  readonly monitoring: Monitoring;
} {
  const stacks = serviceStacks(settings);
  const { context, services } = stacks;
  const store =
    logs === "bucket"
      ? new SeaweedFs(services, "ObjectStore", {
          context,
          namespace: data,
          storage: "10Gi",
          resources: small,
          buckets: ["logs"],
        })
      : undefined;
  const monitoring = new Monitoring(services, "Monitoring", {
    context,
    namespace,
    replicas: 1,
    retention: "7d",
    storage: "10Gi",
    resources: small,
    parts: { operator: small, configReloader: small, alertmanager: small, kubeStateMetrics: small },
    grafana: { resources: small },
    logs:
      logs === "off"
        ? undefined
        : { retention: "168h", storage: "5Gi", resources: small, collector: small, bucket: store?.bucket("logs") },
    receivers: receivers?.(stacks) ?? {},
    services: [trino, objectStore],
    platformNamespaces: ["vault"],
    nodes: ["10.10.0.0/20"],
    ...props,
  });
  return { ...stacks, monitoring };
}
