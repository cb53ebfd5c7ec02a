import type { INamespace, KubernetesObject } from "../kubernetes";

/** The account of a service whose pods do not call the Kubernetes API: they get no token (rule K8S-06). */
export function tokenlessAccount(name: string, namespace: INamespace): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace: namespace.name },
    automountServiceAccountToken: false,
  };
}
