import { listOf, objectOf } from "../../policies/blocks";
import type { Block } from "../../stacks/stack-json";
import { at, type KubeObject, mapOf } from "./kube-object";

/** A port that a container declares. */
export interface PodPort {
  readonly name?: string;
  readonly port: number;
}

/** Pods as a workload or an operator makes them. */
export interface PodTemplate {
  readonly namespace: string;
  /** Kind and name of what makes them, such as `Deployment/trino-worker`. */
  readonly madeBy: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly PodPort[];
  /** The pod itself; absent where an operator writes it. */
  readonly spec?: Block;
  /** Path of the template within its object. */
  readonly path: string;
  /** Whether there may be more than one of them, which then may call each other. */
  readonly several: boolean;
  /** Whether they are known to call the API server; otherwise their account's rights say so. */
  readonly callsApiServer?: boolean;
  readonly object: KubeObject;
}

const workloads = new Set(["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"]);

/** The pods that an object of Kubernetes' own kinds makes. */
export function podsOf(object: KubeObject): readonly PodTemplate[] {
  const { kind, block } = object;
  const [template, path] = workloads.has(kind)
    ? [at(block, "spec", "template"), "spec.template"]
    : kind === "CronJob"
      ? [at(block, "spec", "jobTemplate", "spec", "template"), "spec.jobTemplate.spec.template"]
      : kind === "Pod"
        ? [block, ""]
        : [undefined, ""];
  if (template === undefined) {
    return [];
  }
  const spec = objectOf(at(template, "spec"));
  const replicas = at(block, "spec", "replicas");
  return [
    {
      namespace: object.namespace,
      madeBy: `${kind}/${object.name}`,
      labels: mapOf(at(template, "metadata", "labels")),
      ports: portsOf(spec),
      spec,
      path: path ? `${path}.spec` : "spec",
      several: kind === "DaemonSet" || (typeof replicas === "number" && replicas > 1),
      object,
    },
  ];
}

/** Ports that the containers of a pod declare; init containers count where they go on running. */
export function portsOf(spec: Block): readonly PodPort[] {
  return containersOf(spec).flatMap(({ block }) =>
    listOf(block.ports).map((entry) => {
      const { name, containerPort } = objectOf(entry);
      return { port: Number(containerPort), ...(typeof name === "string" ? { name } : {}) };
    }),
  );
}

/** Every container of a pod with its path. */
export function containersOf(spec: Block): readonly { readonly path: string; readonly block: Block }[] {
  return ["initContainers", "containers", "ephemeralContainers"].flatMap((kind) =>
    listOf(spec[kind]).map((block, index) => ({ path: `${kind}[${index}]`, block: objectOf(block) })),
  );
}

/** Labels that a program or a controller sets when the pod runs, so that no template has them. */
const runtimeLabels =
  /^((vault|openbao)-(active|initialized|perf-standby|sealed|version)|cnpg\.io\/(instanceRole|instanceName|podRole)|role|clickhouse(-keeper)?\.altinity\.com\/ready|statefulset\.kubernetes\.io\/pod-name|apps\.kubernetes\.io\/pod-index|batch\.kubernetes\.io\/.*|job-name|k8s\.mariadb\.com\/role|airflow-worker|kubernetes_pod_operator)$/;

/** Whether pods have all labels of a selector, leaving out those that only running pods have. */
export function hasLabels(pod: Pick<PodTemplate, "labels">, selector: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(
    ([name, value]) => pod.labels[name] === value || (runtimeLabels.test(name) && pod.labels[name] === undefined),
  );
}
