import {
  type INamespace,
  leaveUsersToNamespace,
  type Placement,
  readOnlyContainer,
  restrictedPod,
} from "../../kubernetes";
import type { JsonObject } from "../../terraform";
import type { PodsEnd } from "../contracts";

/** User of the image of this project; upstream's image has 185. */
export const sparkUser = 1000;

/** Where the image has Spark. */
export const sparkHome = "/opt/spark";

/** Where daemons and drivers find `spark-defaults.conf`. */
export const sparkConfFolder = `${sparkHome}/conf`;

/** Ports that Spark would choose at random otherwise; a network policy needs to know them. */
export const sparkPorts = {
  /** Of a driver, for its executors: `spark.driver.port`. */
  driver: 7078,
  /** Of a driver or an executor, for blocks of data: `spark.blockManager.port`. */
  blocks: 7079,
  /** Web page of a driver. */
  ui: 4040,
} as const;

/** The drivers or executors of all Spark jobs of a namespace; Spark labels them itself. */
export function sparkPods(namespace: INamespace, role: "driver" | "executor"): PodsEnd {
  return { namespace, name: `spark-${role}`, podLabels: { "spark-role": role } };
}

/** Folders that Spark writes to, as volumes that end with the pod: the root file system is read-only. */
export const scratchVolumes = ["tmp", "work"].map((name) => ({ name, emptyDir: {} }));

/** Where {@link scratchVolumes} are mounted: temporary files, and the folder that processes start in. */
export const scratchMounts = [
  { name: "tmp", mountPath: "/tmp" },
  { name: "work", mountPath: `${sparkHome}/work-dir` },
];

/** Settings of a {@link sparkPodTemplate}. */
export interface SparkPodTemplateProps {
  readonly role: "driver" | "executor";
  /** @default - the user of this project's image */
  readonly user?: number;
  /** @default - none beside those that Spark adds */
  readonly labels?: { readonly [label: string]: string };
  /** @default - none beside those for scratch */
  readonly volumes?: readonly JsonObject[];
  /** @default - none beside those for scratch */
  readonly mounts?: readonly JsonObject[];
  /** Node pool of the pods, by `placementOf`. @default - the general one */
  readonly placement?: Placement;
  /** Whether the user is left to the namespace, as on OpenShift. @default false */
  readonly usersOfNamespace?: boolean;
}

/**
 * What Spark makes pods of drivers or executors from: they meet the restricted profile, which Spark's own do not.
 *
 * @see https://spark.apache.org/docs/3.5.8/running-on-kubernetes.html#pod-template
 */
export function sparkPodTemplate(props: SparkPodTemplateProps): JsonObject {
  const template: JsonObject = {
    metadata: { labels: { ...props.labels } },
    spec: {
      enableServiceLinks: false,
      // Executors are told what they need by their driver and call nothing of Kubernetes.
      ...(props.role === "executor" && { automountServiceAccountToken: false }),
      securityContext: restrictedPod(props.user ?? sparkUser),
      ...props.placement,
      containers: [
        {
          name: `spark-kubernetes-${props.role}`,
          securityContext: readOnlyContainer,
          volumeMounts: [...scratchMounts, ...(props.mounts ?? [])],
        },
      ],
      volumes: [...scratchVolumes, ...(props.volumes ?? [])],
    },
  };
  return props.usersOfNamespace ? leaveUsersToNamespace(template, "drop") : template;
}
