import { BatchV1Api, type KubernetesObject, type V1PodTemplateSpec } from "@kubernetes/client-node";
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

/** Any object, with the parts that are looked at here. */
type AnyObject = KubernetesObject & {
  readonly spec?: {
    readonly template?: V1PodTemplateSpec;
    readonly jobTemplate?: { readonly spec: { readonly template: V1PodTemplateSpec } };
  };
};

/** Workloads with a pod template at `spec.template`. */
const workloads = new Set(["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"]);

interface OperatorPods {
  readonly labels: (name: string) => { readonly [name: string]: string };
  readonly ports: readonly string[];
}

const fluxController = (controller: string, ports: readonly string[]): OperatorPods => ({
  labels: () => ({ app: controller }),
  ports,
});

/** Pods that an operator, which does not run here, makes of a custom resource: labels and ports as its sources say. */
const operatorPods: Readonly<Record<string, readonly OperatorPods[]>> = {
  "postgresql.cnpg.io/Cluster": [{ labels: (name) => ({ "cnpg.io/cluster": name }), ports: ["5432", "8000", "9187"] }],
  "k8s.mariadb.com/MariaDB": [
    {
      labels: (name) => ({ "app.kubernetes.io/name": "mariadb", "app.kubernetes.io/instance": name }),
      ports: ["3306", "4444", "4567", "4568", "5555", "5566"],
    },
  ],
  "fluxcd.controlplane.io/FluxInstance": [
    fluxController("source-controller", ["8080", "9090", "9440"]),
    fluxController("kustomize-controller", ["8080", "9440"]),
    fluxController("helm-controller", ["8080", "9440"]),
    fluxController("notification-controller", ["8080", "9090", "9292", "9440"]),
  ],
};

/** Pods of Spark jobs, which users and gateways start: Spark labels them itself. */
const sparkPods = ["driver", "executor"].map((role) => ({
  labels: { "spark-role": role },
  ports: ["4040", "7078", "7079"],
}));

/** Every kind of pod that the releases make, directly or through an operator. */
export function podTemplates(records: readonly HelmRecord[]): readonly PodTemplate[] {
  return records.flatMap((record) => {
    const objects = renderedObjects(record) as readonly AnyObject[];
    const made = objects.flatMap((object) => podsOf(object, record.namespace));
    return record.chart.metadata.name === "spark-operator" ? [...made, ...sparkJobs(objects)] : made;
  });
}

/** The pods of Jobs and CronJobs that Terraform makes without Helm. */
export async function jobTemplates(cluster: Pick<ControlPlane, "client">): Promise<readonly PodTemplate[]> {
  const batch = cluster.client.makeApiClient(BatchV1Api);
  const jobs = (await batch.listJobForAllNamespaces()).items.map((job) => ({ ...job, kind: "Job" }));
  const cronJobs = (await batch.listCronJobForAllNamespaces()).items.map((job) => ({ ...job, kind: "CronJob" }));
  return [...jobs, ...cronJobs].flatMap((job) => podsOf(job as AnyObject, ""));
}

function podsOf(object: AnyObject, releaseNamespace: string): readonly PodTemplate[] {
  const { apiVersion = "", kind = "", metadata, spec } = object;
  const namespace = metadata?.namespace ?? releaseNamespace;
  const name = metadata?.name ?? "";
  const madeBy = `${kind}/${name}`;
  const template = workloads.has(kind)
    ? spec?.template
    : kind === "CronJob"
      ? spec?.jobTemplate?.spec.template
      : undefined;
  if (template) {
    const ports = (template.spec?.containers ?? []).flatMap((container) => container.ports ?? []);
    return [
      {
        namespace,
        madeBy,
        labels: template.metadata?.labels ?? {},
        ports: ports.map(({ containerPort }) => String(containerPort)),
      },
    ];
  }
  const made = operatorPods[`${apiVersion.split("/")[0]}/${kind}`] ?? [];
  return made.map(({ labels, ports }) => ({ namespace, madeBy, labels: labels(name), ports }));
}

/** Pods of jobs in the namespaces in which the Spark operator's chart makes an account for them. */
function sparkJobs(objects: readonly AnyObject[]): readonly PodTemplate[] {
  const accounts = objects.filter(
    ({ kind, metadata }) => kind === "ServiceAccount" && metadata?.name?.endsWith("-spark"),
  );
  return accounts.flatMap(({ metadata }) =>
    sparkPods.map((pods) => ({ namespace: metadata?.namespace ?? "", madeBy: "a Spark job", ...pods })),
  );
}
