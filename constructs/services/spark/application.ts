import type { INamespace, KubernetesObject, Placement } from "../../kubernetes";
import type { JsonObject } from "../../terraform";
import { sparkPodTemplate } from "./pods";
import type { SparkProperties } from "./properties";

/** Driver or executors of a job. */
export interface SparkJobPods {
  /** Tasks at a time. */
  readonly cores: number;
  /** Heap in Spark's words, such as `2g`; the pod gets a tenth more, 384 MiB at least. */
  readonly memory: string;
}

/** A job of the Spark operator, once or by a schedule. */
export interface SparkJobSettings {
  /** In the image as `local:///...`, or in a bucket as `s3a://...`. */
  readonly mainApplicationFile: string;
  /** Class with the main method, for code in a jar. @default - none: a script */
  readonly mainClass?: string;
  /** @default - none */
  readonly arguments?: readonly string[];
  /** @default - the image of this project */
  readonly image?: string;
  /** Five fields as cron has them, UTC. @default - it runs once */
  readonly schedule?: string;
  readonly driver: SparkJobPods;
  readonly executors: SparkJobPods & { readonly instances: number };
  /** How often a run that failed is tried again. */
  readonly retries: number;
  /** Settings of Spark beside those made here, over which they win. @default - none */
  readonly config?: SparkProperties;
}

/** What a {@link sparkApplication} is made of beside its settings. */
export interface SparkApplicationProps {
  readonly name: string;
  readonly namespace: INamespace;
  readonly settings: SparkJobSettings;
  /** Settings that all jobs have. */
  readonly properties: SparkProperties;
  readonly image: string;
  /** Version of Spark in the image. */
  readonly sparkVersion: string;
  readonly account: string;
  /** Node pool of the executors: what they have computed is computed again when one is lost, a driver's job is not. */
  readonly placement: Placement;
  /** Whether users are left to the namespace, as on OpenShift. */
  readonly usersOfNamespace: boolean;
}

/**
 * A job as the operator takes it: a `SparkApplication`, or a `ScheduledSparkApplication` that makes one at each time.
 *
 * @see https://github.com/kubeflow/spark-operator/blob/v2.5.2/docs/api-docs.md
 */
export function sparkApplication(props: SparkApplicationProps): KubernetesObject {
  const { name, namespace, settings } = props;
  const metadata = { name, namespace: namespace.name, labels: { "app.kubernetes.io/name": "spark-job" } };
  const apiVersion = "sparkoperator.k8s.io/v1beta2";
  if (settings.schedule === undefined) {
    return { apiVersion, kind: "SparkApplication", metadata, spec: applicationSpec(props) };
  }
  return {
    apiVersion,
    kind: "ScheduledSparkApplication",
    metadata,
    spec: {
      schedule: settings.schedule,
      timeZone: "UTC",
      concurrencyPolicy: "Forbid",
      successfulRunHistoryLimit: 3,
      failedRunHistoryLimit: 3,
      template: applicationSpec(props),
    },
  };
}

function applicationSpec(props: SparkApplicationProps): JsonObject {
  const { settings, account } = props;
  const { instances, ...executors } = settings.executors;
  const pods = (role: "driver" | "executor", { cores, memory }: SparkJobPods): JsonObject => ({
    cores,
    memory,
    template: sparkPodTemplate({
      role,
      ...(role === "executor" && { placement: props.placement }),
      usersOfNamespace: props.usersOfNamespace,
    }),
  });
  return {
    type: languageOf(settings),
    mode: "cluster",
    sparkVersion: props.sparkVersion,
    image: settings.image ?? props.image,
    imagePullPolicy: "IfNotPresent",
    mainClass: settings.mainClass,
    mainApplicationFile: settings.mainApplicationFile,
    arguments: settings.arguments ? [...settings.arguments] : undefined,
    sparkConf: { ...props.properties, ...settings.config },
    restartPolicy:
      settings.retries > 0
        ? {
            type: "OnFailure",
            onFailureRetries: settings.retries,
            onFailureRetryInterval: 60,
            onSubmissionFailureRetries: settings.retries,
            onSubmissionFailureRetryInterval: 60,
          }
        : { type: "Never" },
    driver: { ...pods("driver", settings.driver), serviceAccount: account },
    executor: { ...pods("executor", executors), instances },
  };
}

function languageOf({ mainApplicationFile, mainClass }: SparkJobSettings): "Python" | "R" | "Scala" {
  if (mainClass !== undefined) {
    return "Scala";
  }
  return /\.r$/i.test(mainApplicationFile) ? "R" : "Python";
}
