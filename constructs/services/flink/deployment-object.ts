import {
  type KubernetesObject,
  type Placement,
  type Resources,
  restrictedContainer,
  restrictedPod,
} from "../../kubernetes";
import type { JsonObject } from "../../terraform";
import { type FlinkConfig, flinkConfiguration, flinkPorts, flinkResource, storagePlugins } from "./configuration";
import type { FlinkWiring } from "./wiring";

/** User of the image. */
const user = 9999;

/** Version that operator and pods speak; a later one needs a later operator to find its job manager again. */
const flinkVersion = "v1_20";

/** Job managers, of which one leads, or task managers of a cluster. */
export interface FlinkPart {
  readonly replicas: number;
  /** What each asks for; memory is the request, which Flink divides up itself. */
  readonly resources: Resources;
}

/** A job that has a Flink cluster of its own. */
export interface FlinkJob {
  /** Image with the job in it, with Flink of the same version. */
  readonly image: string;
  /** The job's jar in the image, `local:///path`. */
  readonly jarUri: string;
  /** Class with the job's `main`. */
  readonly entryClass: string;
  readonly args: readonly string[];
  /** Slots that the job takes. */
  readonly parallelism: number;
  /** What a change of the job does with its state: begins without, takes the last checkpoint, or a savepoint. */
  readonly upgradeMode: "stateless" | "last-state" | "savepoint";
  readonly state: "running" | "suspended";
  readonly jobManager: Resources;
  readonly taskManager: Resources;
  /** Flink's own settings for this job. */
  readonly config: FlinkConfig;
}

/** What a FlinkDeployment is made of. */
export interface FlinkDeploymentProps {
  readonly name: string;
  readonly namespace: string;
  readonly annotations: { readonly [key: string]: string };
  readonly image: string;
  /** Exact version of Flink in the image, such as `1.20.4`. */
  readonly version: string;
  readonly account: string;
  readonly jobManager: FlinkPart;
  readonly taskManager: FlinkPart;
  readonly slots: number;
  readonly webSubmit: boolean;
  readonly highAvailability: boolean;
  readonly config: FlinkConfig;
  readonly wiring: FlinkWiring;
  /** Node pool of the task managers; a job manager computes nothing. */
  readonly placement: Placement;
  /** @default - none: a session cluster, to which jobs are sent */
  readonly job?: FlinkJob;
}

/**
 * The object of one Flink cluster.
 *
 * Its mode is `standalone`: the operator makes the pods, so that the code of jobs needs no right to make any.
 */
export function flinkDeployment(props: FlinkDeploymentProps): KubernetesObject {
  return {
    apiVersion: "flink.apache.org/v1beta1",
    kind: "FlinkDeployment",
    metadata: { name: props.name, namespace: props.namespace, annotations: props.annotations },
    spec: {
      mode: "standalone",
      flinkVersion,
      image: props.image,
      imagePullPolicy: "IfNotPresent",
      serviceAccount: props.account,
      flinkConfiguration: flinkConfiguration({
        name: props.name,
        bucket: props.wiring.bucket,
        slots: props.slots,
        jobManager: props.jobManager.resources,
        taskManager: props.taskManager.resources,
        webSubmit: props.webSubmit,
        highAvailability: props.highAvailability,
        own: props.config,
      }),
      jobManager: {
        replicas: props.jobManager.replicas,
        resource: flinkResource(props.jobManager.resources),
        podTemplate: podTemplate(props, "jobmanager"),
      },
      taskManager: {
        replicas: props.taskManager.replicas,
        resource: flinkResource(props.taskManager.resources),
        podTemplate: podTemplate(props, "taskmanager"),
      },
      ...(props.job ? { job: jobSpec(props.job) } : {}),
    },
  };
}

/** Task managers that a job of its own gets. */
export function taskManagersOf({ parallelism }: Pick<FlinkJob, "parallelism">, slots: number): number {
  return Math.ceil(parallelism / slots);
}

function jobSpec(job: FlinkJob): JsonObject {
  return {
    jarURI: job.jarUri,
    entryClass: job.entryClass,
    args: [...job.args],
    parallelism: job.parallelism,
    upgradeMode: job.upgradeMode,
    state: job.state,
  };
}

/** What the operator adds its own to; the container's name tells it where. */
function podTemplate(props: FlinkDeploymentProps, component: "jobmanager" | "taskmanager"): JsonObject {
  const { wiring } = props;
  return {
    metadata: { annotations: { ...wiring.podAnnotations } },
    spec: {
      securityContext: restrictedPod(user),
      enableServiceLinks: false,
      ...(component === "taskmanager" && props.placement),
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: "kubernetes.io/hostname",
          whenUnsatisfiable: "ScheduleAnyway",
          labelSelector: { matchLabels: { app: props.name, component } },
        },
      ],
      containers: [
        {
          name: "flink-main-container",
          env: [{ name: "ENABLE_BUILT_IN_PLUGINS", value: storagePlugins(props.version) }, ...wiring.env],
          envFrom: [...wiring.envFrom],
          ports: [{ name: "metrics", containerPort: flinkPorts.metrics }],
          // The image links its plug-ins and writes its logs below /opt/flink.
          securityContext: restrictedContainer,
          ...probes(component),
          volumeMounts: [...wiring.mounts],
        },
      ],
      volumes: [...wiring.volumes],
    },
  };
}

/** The operator itself asks a job manager for `/config` while it starts. */
function probes(component: "jobmanager" | "taskmanager"): JsonObject {
  const alive = { tcpSocket: { port: component === "jobmanager" ? flinkPorts.rest : flinkPorts.taskRpc } };
  const ready = component === "jobmanager" ? { httpGet: { path: "/config", port: flinkPorts.rest } } : alive;
  return {
    readinessProbe: { ...ready, periodSeconds: 10, timeoutSeconds: 5 },
    livenessProbe: { ...alive, initialDelaySeconds: 30, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 },
  };
}
