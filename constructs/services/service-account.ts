import type { INamespace, KubernetesObject } from "../kubernetes";

/**
 * The account of a service whose pods do not call the Kubernetes API: they get no token (rule K8S-06).
 *
 * @param annotations such as that by which its pods act as an identity of a cloud
 */
export function tokenlessAccount(
  name: string,
  namespace: INamespace,
  annotations: Readonly<Record<string, string>> = {},
): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: {
      name,
      namespace: namespace.name,
      ...(Object.keys(annotations).length > 0 ? { annotations: { ...annotations } } : {}),
    },
    automountServiceAccountToken: false,
  };
}
