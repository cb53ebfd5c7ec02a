import { createHash } from "node:crypto";
import { type JsonObject, stableJson } from "../terraform";
import type { KubernetesObject } from "./custom-resources";
import type { ServiceLabels } from "./labels";
import type { INamespace } from "./namespace";
import { readOnlyContainer, restrictedContainer, restrictedJobPod } from "./pod-security";
import type { Resources } from "./resources";

/** A pod of one container that runs to its end. */
export interface JobProps {
  /** Name of the container and, with a digest, of the object; a DNS label of at most 52 characters. */
  readonly name: string;
  readonly namespace: INamespace;
  /** The service that it belongs to and its part. */
  readonly labels: ServiceLabels;
  /** Address with an exact tag, already in the environment's registry. */
  readonly image: string;
  /** User and group that the image is made for. */
  readonly user: number;
  readonly resources: Resources;
  /** Service account of the pod; it exists. It gets no token. */
  readonly account: string;
  /** @default - the image's own */
  readonly command?: readonly string[];
  /** @default - the image's own */
  readonly args?: readonly string[];
  /** Environment, as Kubernetes takes it. @default - none */
  readonly env?: readonly JsonObject[];
  /** Volumes of the pod. @default - none */
  readonly volumes?: readonly JsonObject[];
  /** Where they are mounted. @default - none */
  readonly mounts?: readonly JsonObject[];
  /** Whether the root file system can be written. @default false (rule K8S-04) */
  readonly writableRoot?: boolean;
  /** How often a pod that failed is followed by another. @default 10: what it calls may still start */
  readonly retries?: number;
  /**
   * What makes the job run again beside a change of its own description, such as the content of a file that it mounts.
   *
   * @default - nothing
   */
  readonly runsAgainFor?: readonly string[];
}

/**
 * A job that runs once for each description: its pods cannot be changed, so the name holds a digest of them, and a changed
 * one is another job in the place of the first.
 */
export function job(props: JobProps): KubernetesObject {
  const spec = jobSpec(props);
  const digest = createHash("sha256")
    .update(stableJson({ spec, also: props.runsAgainFor ?? [] }))
    .digest("hex");
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { ...metadata(props), name: `${props.name}-${digest.slice(0, 10)}` },
    spec,
  };
}

/** Settings of {@link cronJob}. */
export interface CronJobProps extends Omit<JobProps, "runsAgainFor"> {
  /** In UTC, as cron writes it. */
  readonly schedule: string;
  /** Seconds after which a run is ended. */
  readonly deadlineSeconds: number;
}

/** A job that runs at its times, one after the other. */
export function cronJob(props: CronJobProps): KubernetesObject {
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: metadata(props),
    spec: {
      schedule: props.schedule,
      timeZone: "Etc/UTC",
      concurrencyPolicy: "Forbid",
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: { spec: { ...jobSpec(props), activeDeadlineSeconds: props.deadlineSeconds } },
    },
  };
}

function metadata({ name, namespace, labels }: Pick<JobProps, "name" | "namespace" | "labels">) {
  return { name, namespace: namespace.name, labels: { ...labels } };
}

function jobSpec(props: JobProps): JsonObject {
  return {
    backoffLimit: props.retries ?? 10,
    template: {
      metadata: { labels: { ...props.labels } },
      spec: {
        restartPolicy: "OnFailure",
        serviceAccountName: props.account,
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: restrictedJobPod(props.user),
        containers: [
          {
            name: props.name,
            image: props.image,
            imagePullPolicy: "IfNotPresent",
            ...(props.command ? { command: [...props.command] } : {}),
            ...(props.args ? { args: [...props.args] } : {}),
            env: [...(props.env ?? [])],
            resources: props.resources,
            securityContext: props.writableRoot ? restrictedContainer : readOnlyContainer,
            volumeMounts: [...(props.mounts ?? [])],
          },
        ],
        volumes: [...(props.volumes ?? [])],
      },
    },
  };
}
