import {
  type INamespace,
  type KubernetesObject,
  type Resources,
  restrictedContainer,
  restrictedPod,
} from "../../kubernetes";
import type { JsonObject } from "../../terraform";
import type { PodsEnd } from "../contracts";
import { keeperPorts, metricsSettings } from "./ports";

/** Keepers hold what replicas agree on. */
export interface KeeperSettings {
  /** One, or three of which one may be lost. */
  readonly replicas: 1 | 3;
  /** What each asks for. */
  readonly resources: Resources;
  /** Volume of each, such as `5Gi`. */
  readonly storage: string;
}

/** What {@link keeperInstallation} takes. */
export interface KeeperProps {
  readonly name: string;
  readonly namespace: INamespace;
  readonly settings: KeeperSettings;
  readonly account: string;
  readonly user: number;
  readonly image: string;
  readonly pullPolicy: string;
  /** Class of the volumes. @default - that of the cluster */
  readonly storageClass?: string;
  /** `Retain` keeps volumes when the installation goes. */
  readonly reclaimPolicy: "Retain" | "Delete";
}

/** Name of the Keepers' cluster within their installation; part of the names of their pods. */
const cluster = "keeper";

/** The Keepers of an installation, as flows name them. */
export function keeperPods(name: string, namespace: INamespace): PodsEnd {
  return { namespace, name: `${name}-keeper`, podLabels: { "clickhouse-keeper.altinity.com/chk": name } };
}

/** Host names of the Keepers, as the operator makes their Services. */
export function keeperHosts(name: string, replicas: number): readonly string[] {
  return Array.from({ length: replicas }, (_, index) => `chk-${name}-${cluster}-0-${index}`);
}

/** The Keepers, as the operator takes them. */
export function keeperInstallation(props: KeeperProps): KubernetesObject {
  const { name, namespace, settings, storageClass } = props;
  return {
    apiVersion: "clickhouse-keeper.altinity.com/v1",
    kind: "ClickHouseKeeperInstallation",
    metadata: { name, namespace: namespace.name },
    spec: {
      configuration: {
        clusters: [{ name: cluster, layout: { replicasCount: settings.replicas } }],
        settings: { ...metricsSettings },
      },
      defaults: {
        storageManagement: { reclaimPolicy: props.reclaimPolicy },
        templates: { podTemplate: "keeper", dataVolumeClaimTemplate: "data" },
      },
      templates: {
        podTemplates: [{ name: "keeper", spec: pod(props) }],
        volumeClaimTemplates: [
          {
            name: "data",
            reclaimPolicy: props.reclaimPolicy,
            spec: {
              accessModes: ["ReadWriteOnce"],
              storageClassName: storageClass,
              resources: { requests: { storage: settings.storage } },
            },
          },
        ],
      },
    },
  };
}

function pod({ name, settings, account, user, image, pullPolicy }: KeeperProps): JsonObject {
  return {
    serviceAccountName: account,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: restrictedPod(user),
    topologySpreadConstraints: [spreadOf({ "clickhouse-keeper.altinity.com/chk": name })],
    containers: [
      {
        name: "clickhouse-keeper",
        image,
        imagePullPolicy: pullPolicy,
        // The folder on the volume; the image would write beside it.
        env: [{ name: "CLICKHOUSE_DATA_DIR", value: "/var/lib/clickhouse-keeper" }],
        ports: [
          { name: "zk", containerPort: keeperPorts.client },
          { name: "raft", containerPort: keeperPorts.raft },
          { name: "metrics", containerPort: keeperPorts.metrics },
        ],
        resources: settings.resources,
        securityContext: restrictedContainer,
        readinessProbe: {
          httpGet: { path: "/ready", port: keeperPorts.control },
          periodSeconds: 10,
          timeoutSeconds: 5,
        },
        livenessProbe: { tcpSocket: { port: "zk" }, initialDelaySeconds: 30, periodSeconds: 20, failureThreshold: 6 },
      },
    ],
  };
}

/** Pods on different nodes where there are several. */
export function spreadOf(labels: { readonly [key: string]: string }): JsonObject {
  return {
    maxSkew: 1,
    topologyKey: "kubernetes.io/hostname",
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: { ...labels } },
  };
}
