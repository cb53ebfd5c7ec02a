import type { Resources } from "../../kubernetes";
import type { S3Bucket } from "../contracts";

/** A setting of Flink's own configuration. */
export type FlinkConfig = { readonly [key: string]: string | number | boolean };

/** Ports of Flink's pods, each fixed so that a flow can be opened to it. */
export const flinkPorts = {
  /** Of the job manager: calls of task managers, files of jobs, and the web page with its REST interface. */
  rpc: 6123,
  blobs: 6124,
  rest: 8081,
  /** Of task managers: calls, data to each other. */
  taskRpc: 6122,
  taskData: 6121,
  /** Of both: what the web page shows of the pods, and Prometheus' metrics. */
  query: 6126,
  metrics: 9249,
} as const;

/** How far a container may go above its CPU request when it has no limit of its own; Flink cannot leave the limit out. */
const cpuLimitFactor = 4;

/** Plug-ins of the image for the object store: one for Flink's own files (`s3p://`), one for files of jobs (`s3a://`). */
export function storagePlugins(version: string): string {
  return ["presto", "hadoop"].map((kind) => `flink-s3-fs-${kind}-${version}.jar`).join(";");
}

/** Resources as Flink's objects take them: cores as a number. */
export function flinkResource({ requests }: Resources) {
  return { cpu: cores(requests.cpu), memory: requests.memory };
}

/** What a {@link flinkConfiguration} is made from. */
export interface FlinkConfigurationProps {
  /** Name of the cluster, the folder of its files in the bucket. */
  readonly name: string;
  readonly bucket: S3Bucket;
  readonly slots: number;
  readonly jobManager: Resources;
  readonly taskManager: Resources;
  /** Whether who reaches the REST interface may send code. */
  readonly webSubmit: boolean;
  /** Whether a job manager that is lost is followed by one that goes on with its jobs. */
  readonly highAvailability: boolean;
  /** Comes before all others. */
  readonly own: FlinkConfig;
}

/** The configuration of one Flink cluster, without credentials: those are in the pods' environment. */
export function flinkConfiguration(props: FlinkConfigurationProps): { readonly [key: string]: string } {
  const { store } = props.bucket;
  const folder = `s3p://${props.bucket.name}/${props.name}`;
  const config: FlinkConfig = {
    "taskmanager.numberOfTaskSlots": props.slots,
    "jobmanager.rpc.port": flinkPorts.rpc,
    "blob.server.port": flinkPorts.blobs,
    "rest.port": flinkPorts.rest,
    "taskmanager.rpc.port": flinkPorts.taskRpc,
    "taskmanager.data.port": flinkPorts.taskData,
    "metrics.internal.query-service.port": flinkPorts.query,
    "metrics.reporters": "prom",
    "metrics.reporter.prom.factory.class": "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
    "metrics.reporter.prom.port": flinkPorts.metrics,
    "kubernetes.jobmanager.cpu.limit-factor": limitFactor(props.jobManager),
    "kubernetes.taskmanager.cpu.limit-factor": limitFactor(props.taskManager),
    "s3.endpoint": store.endpoint,
    "s3.endpoint.region": store.region,
    "s3.path.style.access": store.pathStyle,
    "execution.checkpointing.dir": `${folder}/checkpoints`,
    "execution.checkpointing.savepoint-dir": `${folder}/savepoints`,
    "execution.checkpointing.interval": "1 min",
    "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
    ...(props.highAvailability && {
      "high-availability.type": "kubernetes",
      "high-availability.storageDir": `${folder}/ha`,
    }),
    "web.submit.enable": props.webSubmit,
    ...props.own,
  };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, String(value)]));
}

function limitFactor({ requests, limits }: Resources): number {
  return limits.cpu === undefined ? cpuLimitFactor : Math.max(1, cores(limits.cpu) / cores(requests.cpu));
}

function cores(cpu: string): number {
  return cpu.endsWith("m") ? Number(cpu.slice(0, -1)) / 1000 : Number(cpu);
}
