import {
  type INamespace,
  type KubernetesObject,
  type Resources,
  readOnlyContainer,
  restrictedJobPod,
} from "../../kubernetes";
import type { JsonObject } from "../../terraform";

/** A container of a {@link maintenanceJob}. */
export interface JobContainer {
  readonly name: string;
  /** Address with an exact tag, already in the environment's registry. */
  readonly image: string;
  /** @default - the image's own */
  readonly command?: readonly string[];
  /** @default - the image's own */
  readonly args?: readonly string[];
  readonly env: readonly JsonObject[];
  readonly resources: Resources;
  readonly mounts: readonly JsonObject[];
}

/** A job that upkeep needs, on a schedule or by hand. */
export interface MaintenanceJobProps {
  readonly name: string;
  readonly namespace: INamespace;
  /** Labels of its pods. */
  readonly labels: { readonly [label: string]: string };
  /** In UTC; a job without one is started by hand (`kubectl create job --from=cronjob/<name>`). */
  readonly schedule?: string;
  /** Service account of the pods. */
  readonly account: string;
  /** User that the images run as. */
  readonly user: number;
  /** Run one after another before the last. @default - none */
  readonly before?: readonly JobContainer[];
  readonly container: JobContainer;
  readonly volumes: readonly JsonObject[];
}

/** Time that one try may take, in seconds. */
const deadline = 60 * 60;

/** Schedule of a job that is suspended: the API demands one. */
const yearly = "0 0 1 1 *";

/** The CronJob of a job. */
export function maintenanceJob(props: MaintenanceJobProps): KubernetesObject {
  const { name, namespace, labels, schedule } = props;
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name, namespace: namespace.name, labels },
    spec: {
      schedule: schedule ?? yearly,
      timeZone: "Etc/UTC",
      suspend: schedule === undefined,
      concurrencyPolicy: "Forbid",
      // A control plane that was away does not skip a run that is still of use.
      startingDeadlineSeconds: 60 * 60,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        metadata: { labels },
        spec: {
          // What is started by hand is looked at by hand.
          backoffLimit: schedule === undefined ? 0 : 2,
          template: {
            metadata: { labels },
            spec: {
              // Another try is another pod, which finds nothing half done.
              restartPolicy: "Never",
              activeDeadlineSeconds: deadline,
              serviceAccountName: props.account,
              automountServiceAccountToken: false,
              enableServiceLinks: false,
              securityContext: restrictedJobPod(props.user),
              initContainers: (props.before ?? []).map(container),
              containers: [container(props.container)],
              volumes: props.volumes,
            },
          },
        },
      },
    },
  };
}

function container({ mounts, ...rest }: JobContainer): JsonObject {
  return { ...rest, imagePullPolicy: "IfNotPresent", securityContext: readOnlyContainer, volumeMounts: mounts };
}
