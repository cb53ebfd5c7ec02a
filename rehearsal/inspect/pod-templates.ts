import { BatchV1Api, type KubernetesObject } from "@kubernetes/client-node";
import { type KubeObject, kubeObject } from "../../verification/objects/kube-object";
import { type PodTemplate as KnownPods, podsOf } from "../../verification/objects/pods";
import { operatorPods } from "../../verification/products";
import type { ControlPlane } from "../cluster/control-plane";
import { type HelmRecord, renderedObjects } from "./helm-records";

/** Pods as a workload or an operator would make them. */
export interface PodTemplate {
  readonly namespace: string;
  /** Kind and name of what makes them, such as `Deployment/trino-worker`. */
  readonly madeBy: string;
  readonly labels: { readonly [name: string]: string };
  /** Ports that their containers declare. */
  readonly ports: readonly string[];
}

/** Pods of Spark jobs, which users and gateways start: Spark labels them itself. */
const sparkPods = ["driver", "executor"].map((role) => ({
  labels: { "spark-role": role },
  ports: ["4040", "7078", "7079"],
}));

/** Ports that programs listen on though their charts declare them in no container. */
const undeclaredPorts: Readonly<Record<string, readonly string[]>> = {
  // gRPC of the S3 server, at its port plus 10000.
  seaweedfs: ["18333"],
};

/** Every kind of pod that the releases make, directly or through an operator, which does not run here. */
export function podTemplates(records: readonly HelmRecord[]): readonly PodTemplate[] {
  const byRecord = records.map((record) => ({
    chart: record.chart.metadata.name,
    objects: renderedObjects(record).flatMap((object) => known(object, record.namespace)),
  }));
  const all = byRecord.flatMap(({ objects }) => objects);
  const made = byRecord.flatMap(({ chart, objects }) =>
    objects
      .flatMap((object) => [...podsOf(object), ...operatorPods(object, all)])
      .map(template)
      .map((pods) => ({ ...pods, ports: [...pods.ports, ...(undeclaredPorts[chart] ?? [])] })),
  );
  const jobs = records
    .filter(({ chart }) => chart.metadata.name === "spark-operator")
    .flatMap((record) => sparkJobs(renderedObjects(record)));
  return [...made, ...jobs];
}

/** The pods of Jobs and CronJobs that Terraform makes without Helm. */
export async function jobTemplates(cluster: Pick<ControlPlane, "client">): Promise<readonly PodTemplate[]> {
  const batch = cluster.client.makeApiClient(BatchV1Api);
  const jobs = (await batch.listJobForAllNamespaces()).items.map((job) => ({ ...job, kind: "Job" }));
  const cronJobs = (await batch.listCronJobForAllNamespaces()).items.map((job) => ({ ...job, kind: "CronJob" }));
  return [...jobs, ...cronJobs].flatMap((job) => known(job, "").flatMap(podsOf).map(template));
}

function known(object: KubernetesObject, namespace: string): readonly KubeObject[] {
  const found = kubeObject({ apiVersion: "v1", ...object }, namespace, { stack: "", release: "" });
  return found ? [found] : [];
}

function template({ namespace, madeBy, labels, ports }: KnownPods): PodTemplate {
  return { namespace, madeBy, labels, ports: ports.map(({ port }) => String(port)) };
}

/** Pods of jobs in the namespaces in which the Spark operator's chart makes an account for them. */
function sparkJobs(objects: readonly KubernetesObject[]): readonly PodTemplate[] {
  const accounts = objects.filter(
    ({ kind, metadata }) => kind === "ServiceAccount" && metadata?.name?.endsWith("-spark"),
  );
  return accounts.flatMap(({ metadata }) =>
    sparkPods.map((pods) => ({ namespace: metadata?.namespace ?? "", madeBy: "a Spark job", ...pods })),
  );
}
