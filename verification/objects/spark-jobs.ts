import { listOf } from "../../policies/blocks";
import type { RenderedRelease } from "../rendering/render";
import { at, kubeObject } from "./kube-object";
import type { PodTemplate } from "./pods";

/** Pods of Spark jobs, which users and gateways start: Spark labels them itself. */
export function sparkJobPods({ installation }: RenderedRelease): readonly PodTemplate[] {
  if (installation.chart !== "spark-operator") {
    return [];
  }
  const origin = { stack: installation.stack, release: installation.id };
  return listOf(at(installation.values, "spark", "jobNamespaces")).flatMap((name) => {
    const namespace = String(name);
    const job = {
      apiVersion: "sparkoperator.k8s.io/v1beta2",
      kind: "SparkApplication",
      metadata: { name: "job", namespace },
    };
    const object = kubeObject(job, namespace, origin);
    return object
      ? ["driver", "executor"].map((role) => ({
          namespace,
          madeBy: `SparkApplication/job (${role})`,
          labels: { "spark-role": role, "sparkoperator.k8s.io/launched-by-spark-operator": "true" },
          ports: [4040, 7078, 7079].map((port) => ({ port })),
          several: true,
          callsApiServer: role === "driver",
          path: "spec",
          object,
        }))
      : [];
  });
}
