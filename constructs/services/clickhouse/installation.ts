import {
  type INamespace,
  type KubernetesObject,
  type Placement,
  type Resources,
  restrictedContainer,
  restrictedPod,
} from "../../kubernetes";
import type { JsonObject } from "../../terraform";
import { spreadOf } from "./keeper";
import { metricsSettings, serverPorts } from "./ports";
import { systemLogsFile, tlsFile, tlsFolder } from "./server-files";

/** What a user of ClickHouse may do. */
export interface ClickHouseUser {
  /** Statements such as `GRANT SELECT ON sales.*`. @default - everything, and to manage users */
  readonly grants?: readonly string[];
}

/** What {@link clickHouseInstallation} takes. */
export interface InstallationProps {
  readonly name: string;
  readonly namespace: INamespace;
  readonly shards: number;
  readonly replicas: number;
  /** What each server asks for. */
  readonly resources: Resources;
  /** Volume of each server. */
  readonly storage: string;
  /** Class of the volumes. @default - that of the cluster */
  readonly storageClass?: string;
  /** `Retain` keeps volumes when the installation goes. */
  readonly reclaimPolicy: "Retain" | "Delete";
  /** Host names of the Keepers and their port; none for a single server. */
  readonly keepers: readonly { readonly host: string; readonly port: number }[];
  /** By name. */
  readonly users: { readonly [name: string]: ClickHouseUser };
  /** Secret with a key for each user's password, and `cluster-secret` by which servers know each other. */
  readonly credentials: string;
  /** Environment of the servers. */
  readonly env: readonly JsonObject[];
  /** Annotations of the pods. */
  readonly annotations: { readonly [key: string]: string };
  /** Secret with the servers' certificate. */
  readonly certificate: string;
  readonly account: string;
  readonly image: string;
  readonly pullPolicy: string;
  readonly user: number;
  /** @default - that of the image */
  readonly group?: number;
  /** Node pool of the servers. */
  readonly placement: Placement;
  /** Settings of the servers, as paths in their configuration. */
  readonly config: { readonly [path: string]: string | number };
  /** Settings of the profile that users have. */
  readonly profile: { readonly [setting: string]: string | number };
  /** Files beside the service's own, such as `config.d/dictionary.xml`. */
  readonly files: { readonly [path: string]: string };
}

/** Name of the one cluster: what stands behind `ON CLUSTER`. */
export const clusterName = "main";

/** Key of {@link InstallationProps.credentials} by which servers know each other. */
export const clusterSecret = "cluster-secret";

/** Name of the Service for clients, as the operator makes it. */
export function clientService(name: string): string {
  return `clickhouse-${name}`;
}

/** Label of the pods of an installation. */
export const installationLabel = "clickhouse.altinity.com/chi";

/**
 * The servers, as the operator takes them. It makes a stateful set and a Service for each, restarts them for settings that
 * need it, and keeps one of a shard's replicas running while nodes are drained.
 */
export function clickHouseInstallation(props: InstallationProps): KubernetesObject {
  const { name, namespace, storageClass, keepers } = props;
  return {
    apiVersion: "clickhouse.altinity.com/v1",
    kind: "ClickHouseInstallation",
    metadata: { name, namespace: namespace.name },
    spec: {
      defaults: {
        storageManagement: { provisioner: "Operator", reclaimPolicy: props.reclaimPolicy },
        templates: { podTemplate: "server", dataVolumeClaimTemplate: "data", serviceTemplate: "clients" },
      },
      configuration: {
        zookeeper: keepers.length > 0 ? { nodes: keepers } : undefined,
        clusters: [
          {
            name: clusterName,
            secret: { valueFrom: secretKey(props.credentials, clusterSecret) },
            layout: { shardsCount: props.shards, replicasCount: props.replicas },
          },
        ],
        users: Object.fromEntries(
          Object.entries(props.users).flatMap(([user, of]) => Object.entries(settingsOf(user, of, props))),
        ),
        profiles: Object.fromEntries(Object.entries(props.profile).map(([key, value]) => [`default/${key}`, value])),
        settings: {
          "logger/level": "information",
          "logger/size": "50M",
          "logger/count": 2,
          ...metricsSettings,
          ...props.config,
        },
        files: { "config.d/system-logs.xml": systemLogsFile, "config.d/tls.xml": tlsFile, ...props.files },
      },
      templates: {
        podTemplates: [{ name: "server", metadata: { annotations: { ...props.annotations } }, spec: pod(props) }],
        serviceTemplates: [
          {
            name: "clients",
            spec: {
              type: "ClusterIP",
              ports: (["http", "native", "https", "native-tls"] as const).map((port) => ({
                name: port,
                port: serverPorts[port],
                targetPort: serverPorts[port],
              })),
            },
          },
        ],
        volumeClaimTemplates: [
          {
            name: "data",
            reclaimPolicy: props.reclaimPolicy,
            spec: {
              accessModes: ["ReadWriteOnce"],
              storageClassName: storageClass,
              resources: { requests: { storage: props.storage } },
            },
          },
        ],
      },
    },
  };
}

/** A user's settings. Policies of the network say who reaches the servers, so that users may come from anywhere. */
function settingsOf(user: string, { grants }: ClickHouseUser, { credentials }: InstallationProps): JsonObject {
  return {
    [`${user}/password`]: { valueFrom: secretKey(credentials, user) },
    [`${user}/networks/ip`]: ["::/0"],
    [`${user}/profile`]: "default",
    ...(grants ? { [`${user}/grants/query`]: [...grants] } : { [`${user}/access_management`]: 1 }),
  };
}

function secretKey(name: string, key: string): JsonObject {
  return { secretKeyRef: { name, key } };
}

function pod(props: InstallationProps): JsonObject {
  const { name, user, group } = props;
  const ping = { httpGet: { path: "/ping", port: "http" } };
  return {
    serviceAccountName: props.account,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { ...restrictedPod(user), ...(group === undefined ? {} : { runAsGroup: group, fsGroup: group }) },
    ...props.placement,
    topologySpreadConstraints: [spreadOf({ [installationLabel]: name })],
    containers: [
      {
        name: "clickhouse",
        image: props.image,
        imagePullPolicy: props.pullPolicy,
        env: [...props.env],
        ports: Object.entries(serverPorts).map(([port, containerPort]) => ({ name: port, containerPort })),
        resources: props.resources,
        securityContext: restrictedContainer,
        // Parts of large tables are loaded before it answers: half an hour.
        startupProbe: { ...ping, periodSeconds: 5, failureThreshold: 360 },
        readinessProbe: { ...ping, periodSeconds: 10, timeoutSeconds: 5 },
        livenessProbe: { ...ping, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 },
        volumeMounts: [
          { name: "tls", mountPath: tlsFolder, readOnly: true },
          { name: "logs", mountPath: "/var/log/clickhouse-server" },
        ],
      },
    ],
    volumes: [
      { name: "tls", secret: { secretName: props.certificate } },
      { name: "logs", emptyDir: { sizeLimit: "500Mi" } },
    ],
  };
}
