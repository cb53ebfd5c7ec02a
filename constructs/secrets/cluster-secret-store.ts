import type { INamespace, KubernetesObject } from "../kubernetes";
import type { ClusterSecret } from "./secret-ref";

/** Name of the SecretStore that reads a Secret of the cluster, and of all that belongs to it. */
export function clusterStoreName({ namespace, name }: ClusterSecret): string {
  return `from-${namespace}-${name}`;
}

/**
 * How one namespace reads one Secret of another: an account, which may get that Secret and nothing else, and a SecretStore that
 * logs in to the cluster's own API with it (rules ESO-02, ESO-05).
 *
 * @param reader namespace in which the Secret is asked for
 * @see https://external-secrets.io/latest/provider/kubernetes/
 */
export function clusterStoreObjects(secret: ClusterSecret, reader: INamespace): readonly KubernetesObject[] {
  const name = clusterStoreName(secret);
  // Two readers of one Secret meet in its namespace.
  const access = `${name}-for-${reader.name}`;
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name }, automountServiceAccountToken: false },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { name: access, namespace: secret.namespace },
      rules: [{ apiGroups: [""], resources: ["secrets"], resourceNames: [secret.name], verbs: ["get"] }],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: access, namespace: secret.namespace },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: access },
      subjects: [{ kind: "ServiceAccount", name, namespace: reader.name }],
    },
    {
      apiVersion: "external-secrets.io/v1",
      kind: "SecretStore",
      metadata: { name },
      spec: {
        provider: {
          kubernetes: {
            remoteNamespace: secret.namespace,
            server: { caProvider: { type: "ConfigMap", name: "kube-root-ca.crt", key: "ca.crt" } },
            auth: { serviceAccount: { name } },
          },
        },
      },
    },
  ];
}
