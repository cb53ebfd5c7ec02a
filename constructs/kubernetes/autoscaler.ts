import type { JsonObject } from "../terraform";
import type { KubernetesObject } from "./custom-resources";
import type { ServiceLabels } from "./labels";
import type { INamespace } from "./namespace";

/** Settings of {@link autoscaler}. */
export interface AutoscalerProps {
  /** Name of the Deployment that it scales, and its own. */
  readonly name: string;
  readonly namespace: INamespace;
  readonly labels: ServiceLabels;
  /** Pods at least. */
  readonly min: number;
  /** Pods at most. */
  readonly max: number;
  /** Part of the requested CPU, in percent, above which there are more. @default - not looked at */
  readonly cpu?: number;
  /** Part of the requested memory, in percent, above which there are more. @default - not looked at */
  readonly memory?: number;
  /** Seconds for which fewer pods must be enough before one goes. @default 300 */
  readonly calmSeconds?: number;
}

/**
 * Gives a Deployment more pods while they are busy: twice as many within half a minute, and one fewer a minute when it is calm.
 *
 * It reads the metrics API of Kubernetes; in a cluster without one there are `min` pods.
 *
 * @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
 */
export function autoscaler(props: AutoscalerProps): KubernetesObject {
  const { name, namespace, labels, min, max, cpu, memory, calmSeconds = 300 } = props;
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name, namespace: namespace.name, labels: { ...labels } },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
      minReplicas: min,
      maxReplicas: max,
      metrics: [...resource("cpu", cpu), ...resource("memory", memory)],
      behavior: {
        scaleUp: {
          stabilizationWindowSeconds: 0,
          selectPolicy: "Max",
          policies: [
            { type: "Percent", value: 100, periodSeconds: 30 },
            { type: "Pods", value: 2, periodSeconds: 30 },
          ],
        },
        scaleDown: {
          stabilizationWindowSeconds: calmSeconds,
          policies: [{ type: "Pods", value: 1, periodSeconds: 60 }],
        },
      },
    },
  };
}

function resource(name: "cpu" | "memory", averageUtilization: number | undefined): readonly JsonObject[] {
  return averageUtilization === undefined
    ? []
    : [{ type: "Resource", resource: { name, target: { type: "Utilization", averageUtilization } } }];
}
