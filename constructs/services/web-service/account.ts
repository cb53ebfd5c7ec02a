import type { FlowEnd, INamespace, KubernetesObject } from "../../kubernetes";
import type { WebServiceRight } from "./props";

/**
 * Annotations by which GKE lets an account act as a Google service account.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity
 */
export function actsAs(googleServiceAccount: string): Readonly<Record<string, string>> {
  return { "iam.gke.io/gcp-service-account": googleServiceAccount };
}

/**
 * Metadata server of GKE, which gives out tokens: the address of the node and the port behind it (rule NET-07).
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/network-policy#network-policy-and-workload-identity
 */
export const metadataServer = {
  end: { name: "metadata-server", cidrs: ["169.254.169.254/32", "169.254.169.252/32"] } satisfies FlowEnd,
  ports: [80, 988],
} as const;

/** What {@link accountObjects} takes. */
export interface AccountProps {
  readonly name: string;
  readonly namespace: INamespace;
  readonly rights: readonly WebServiceRight[];
  /** By which the account acts as a Google service account. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** An account of its own, and a Role with its rights where it has some. */
export function accountObjects(props: AccountProps): readonly KubernetesObject[] {
  const { name, namespace, rights, annotations } = props;
  const metadata = { name, namespace: namespace.name };
  const account: KubernetesObject = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { ...metadata, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
    // K8S-06: pods that call the API ask for their token themselves
    automountServiceAccountToken: false,
  };
  if (rights.length === 0) {
    return [account];
  }
  const apiVersion = "rbac.authorization.k8s.io/v1";
  return [
    account,
    {
      apiVersion,
      kind: "Role",
      metadata,
      rules: rights.map(({ apiGroup, resources, verbs, names }) => ({
        apiGroups: [apiGroup],
        resources: [...resources],
        verbs: [...verbs],
        ...(names ? { resourceNames: [...names] } : {}),
      })),
    },
    {
      apiVersion,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
      subjects: [{ kind: "ServiceAccount", name, namespace: namespace.name }],
    },
  ];
}
