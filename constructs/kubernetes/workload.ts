import type { JsonObject } from "../terraform";
import type { KubernetesObject } from "./custom-resources";
import type { ServiceLabels } from "./labels";
import type { INamespace } from "./namespace";
import type { Placement } from "./placement";
import { readOnlyContainer, restrictedContainer, restrictedPod } from "./pod-security";
import type { Resources } from "./resources";

/** How a container is asked whether it is well. */
export type Probe =
  /** A path that answers 2xx or 3xx, on a port by name. */
  | { readonly path: string; readonly port: string }
  /** A port, by name, that takes connections. */
  | { readonly port: string }
  /** A command that ends with 0. */
  | { readonly command: readonly string[] };

/** Seconds between two looks at a container that starts. */
const startPeriod = 5;

/** A workload of one container, made by this project because upstream publishes no chart for it. */
export interface WorkloadProps {
  /** Name of the object and of its container; a DNS label. */
  readonly name: string;
  readonly namespace: INamespace;
  /** The service that it belongs to and its part; its pods are selected by them. */
  readonly labels: ServiceLabels;
  /** Address with an exact tag, already in the environment's registry. */
  readonly image: string;
  /** User and group that the image is made for. */
  readonly user: number;
  readonly replicas: number;
  /** Whether an autoscaler decides how many there are: `replicas` is then its least. @default false */
  readonly autoscaled?: boolean;
  readonly resources: Resources;
  /** Service account of the pods; it exists. */
  readonly account: string;
  /** Whether the pods call the Kubernetes API. @default false */
  readonly token?: boolean;
  /** @default - the image's own */
  readonly command?: readonly string[];
  /** @default - the image's own */
  readonly args?: readonly string[];
  /** Environment, as Kubernetes takes it. @default - none */
  readonly env?: readonly JsonObject[];
  /** Secrets and config maps whose keys become the environment. @default - none */
  readonly envFrom?: readonly JsonObject[];
  /** Ports of the container by name. */
  readonly ports: { readonly [name: string]: number };
  /** Ready to serve. */
  readonly ready: Probe;
  /** Whether it has started. @default - as `ready` */
  readonly started?: Probe;
  /** Seconds that it may take to start, before it is ended and begins anew. @default 300 */
  readonly startSeconds?: number;
  /** Alive. @default - as `ready` */
  readonly alive?: Probe;
  /** Annotations of the pods, such as `restartOnChange(...)`. @default - none */
  readonly annotations?: { readonly [key: string]: string };
  /** Volumes of the pods. @default - none */
  readonly volumes?: readonly JsonObject[];
  /** Where they are mounted. @default - none */
  readonly mounts?: readonly JsonObject[];
  /** Whether the root file system can be written. @default false: what is written goes to volumes (rule K8S-04) */
  readonly writableRoot?: boolean;
  /** Seconds that a pod has for its end. @default 30 */
  readonly graceSeconds?: number;
  /**
   * Seconds of these in which it still serves, so that no request goes to a pod that has ended.
   *
   * @default 0
   * @see https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/
   */
  readonly drainSeconds?: number;
  /** Whether several pods go to different zones too, where there are some. @default false: to different nodes */
  readonly overZones?: boolean;
  /** Node pool of the pods, by `placementOf`. @default - the general one */
  readonly placement?: Placement;
}

/** Pods without a state of their own. */
export function deployment(props: WorkloadProps): KubernetesObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(props),
    spec: {
      // an apply must not undo what the autoscaler has decided
      ...(props.autoscaled ? {} : { replicas: props.replicas }),
      selector: { matchLabels: { ...props.labels } },
      template: template(props),
    },
  };
}

/** A volume of each pod of a stateful set. */
export interface ClaimTemplate {
  readonly name: string;
  readonly size: string;
  /** @default - the cluster's default class */
  readonly storageClass?: string;
}

/** Pods with a name, and where asked for a volume, of their own; `<name>` is also their headless Service. */
export function statefulSet(props: WorkloadProps & { readonly claims?: readonly ClaimTemplate[] }): KubernetesObject {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: metadata(props),
    spec: {
      replicas: props.replicas,
      serviceName: props.name,
      podManagementPolicy: "Parallel",
      selector: { matchLabels: { ...props.labels } },
      template: template(props),
      volumeClaimTemplates: (props.claims ?? []).map(({ name, size, storageClass }) => ({
        metadata: { name },
        spec: {
          accessModes: ["ReadWriteOnce"],
          ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
          resources: { requests: { storage: size } },
        },
      })),
    },
  };
}

/** Settings of {@link clusterService}. */
export interface ClusterServiceProps {
  readonly name: string;
  readonly namespace: INamespace;
  /** Labels of the pods behind it. */
  readonly labels: { readonly [key: string]: string };
  /** Port of the Service by name of the port, and where it differs the port or the port's name at the pods. */
  readonly ports: { readonly [name: string]: number | { readonly port: number; readonly target: number | string } };
  /** Whether it has an address of its own or names its pods. @default false */
  readonly headless?: boolean;
}

/** A Service inside the cluster. */
export function clusterService({ name, namespace, labels, ports, headless }: ClusterServiceProps): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: namespace.name, labels: { ...labels } },
    spec: {
      ...(headless ? { clusterIP: "None", publishNotReadyAddresses: true } : {}),
      selector: { ...labels },
      ports: Object.entries(ports).map(([port, at]) => ({
        name: port,
        port: typeof at === "number" ? at : at.port,
        targetPort: typeof at === "number" ? at : at.target,
      })),
    },
  };
}

/** Settings of {@link disruptionBudget}. */
export interface DisruptionBudgetProps extends Pick<WorkloadProps, "name" | "namespace" | "labels" | "replicas"> {
  /**
   * Whether a pod that is not ready may always go: pods that cannot start then block no drain. Not for those that hold data.
   *
   * @default false
   */
  readonly unreadyMayGo?: boolean;
}

/** Keeps one pod of several running while nodes are drained; nothing for a single pod, which would block the drain. */
export function disruptionBudget(props: DisruptionBudgetProps) {
  if (props.replicas < 2) {
    return [];
  }
  const budget: KubernetesObject = {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: metadata(props),
    spec: {
      maxUnavailable: 1,
      selector: { matchLabels: { ...props.labels } },
      ...(props.unreadyMayGo ? { unhealthyPodEvictionPolicy: "AlwaysAllow" } : {}),
    },
  };
  return [budget];
}

function metadata({ name, namespace, labels }: Pick<WorkloadProps, "name" | "namespace" | "labels">) {
  return { name, namespace: namespace.name, labels: { ...labels } };
}

function template(props: WorkloadProps): JsonObject {
  return {
    metadata: { labels: { ...props.labels }, ...(props.annotations ? { annotations: props.annotations } : {}) },
    spec: {
      serviceAccountName: props.account,
      automountServiceAccountToken: props.token ?? false,
      enableServiceLinks: false,
      securityContext: restrictedPod(props.user),
      terminationGracePeriodSeconds: props.graceSeconds ?? 30,
      ...props.placement,
      ...(props.replicas > 1 || props.autoscaled ? { topologySpreadConstraints: spread(props) } : {}),
      containers: [container(props)],
      volumes: [...(props.volumes ?? [])],
    },
  };
}

function container(props: WorkloadProps): JsonObject {
  return {
    name: props.name,
    image: props.image,
    imagePullPolicy: "IfNotPresent",
    ...(props.command ? { command: [...props.command] } : {}),
    ...(props.args ? { args: [...props.args] } : {}),
    env: [...(props.env ?? [])],
    envFrom: [...(props.envFrom ?? [])],
    ports: Object.entries(props.ports).map(([name, containerPort]) => ({ name, containerPort })),
    resources: props.resources,
    securityContext: props.writableRoot ? restrictedContainer : readOnlyContainer,
    ...(props.drainSeconds ? { lifecycle: { preStop: { sleep: { seconds: props.drainSeconds } } } } : {}),
    startupProbe: {
      ...probe(props.started ?? props.ready),
      periodSeconds: startPeriod,
      failureThreshold: Math.ceil((props.startSeconds ?? 300) / startPeriod),
    },
    readinessProbe: { ...probe(props.ready), periodSeconds: 10, timeoutSeconds: 5 },
    livenessProbe: { ...probe(props.alive ?? props.ready), periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 },
    volumeMounts: [...(props.mounts ?? [])],
  };
}

function probe(asked: Probe): JsonObject {
  if ("command" in asked) {
    return { exec: { command: [...asked.command] } };
  }
  return "path" in asked ? { httpGet: { path: asked.path, port: asked.port } } : { tcpSocket: { port: asked.port } };
}

/** Pods of a workload on different nodes, and where asked for in different zones, as far as there are several. */
function spread({ labels, overZones }: Pick<WorkloadProps, "labels" | "overZones">): readonly JsonObject[] {
  return [...(overZones ? ["topology.kubernetes.io/zone"] : []), "kubernetes.io/hostname"].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: { ...labels } },
  }));
}
