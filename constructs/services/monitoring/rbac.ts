import type { INamespace, KubernetesObject } from "../../kubernetes";
import type { JsonObject } from "../../terraform";

const rbac = "rbac.authorization.k8s.io";

type Rule = { readonly groups: readonly string[]; readonly resources: readonly string[]; readonly verbs: string };

const rules = (given: readonly Rule[]): readonly JsonObject[] =>
  given.map(({ groups, resources, verbs }) => ({
    apiGroups: [...groups],
    resources: [...resources],
    verbs: verbs.split(" "),
  }));

/** The rights of a service account in some namespaces and, where there are any, in the whole cluster. */
export interface AccountRights {
  /** Service account. */
  readonly name: string;
  /** Name of its roles in namespaces. @default - the account's */
  readonly role?: string;
  readonly account: INamespace;
  /** @default - none */
  readonly cluster?: readonly Rule[];
  /** Rules in each of some namespaces. @default - none */
  readonly within?: { readonly namespaces: readonly string[]; readonly rules: readonly Rule[] };
}

/** Roles and their bindings; nothing that the account could not do without. */
export function rightsOf({
  name,
  role = name,
  account,
  cluster = [],
  within,
}: AccountRights): readonly KubernetesObject[] {
  const subjects = [{ kind: "ServiceAccount", name, namespace: account.name }];
  const clusterName = `${account.name}-${name}`;
  const pair = (kind: "Role" | "ClusterRole", metadata: KubernetesObject["metadata"], given: readonly Rule[]) => [
    { apiVersion: `${rbac}/v1`, kind, metadata, rules: rules(given) },
    {
      apiVersion: `${rbac}/v1`,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: rbac, kind, name: metadata.name },
      subjects,
    },
  ];
  return [
    ...(cluster.length > 0 ? pair("ClusterRole", { name: clusterName }, cluster) : []),
    ...(within?.namespaces ?? []).flatMap((namespace) => pair("Role", { name: role, namespace }, within?.rules ?? [])),
  ];
}

/**
 * What Prometheus' operator may do: everything with its own kinds and with Secrets, but in the namespace of monitoring
 * alone. The chart's own role would let it write every Secret of the cluster.
 */
export function operatorRights(namespace: INamespace): readonly KubernetesObject[] {
  const all = "get list watch create update patch delete deletecollection";
  return rightsOf({
    name: "prometheus-operator",
    account: namespace,
    cluster: [
      // for the addresses of the kubelets, and for the namespaces that it was told of
      { groups: [""], resources: ["nodes", "namespaces"], verbs: "get list watch" },
      { groups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: "get" },
    ],
    within: {
      namespaces: [namespace.name],
      rules: [
        {
          groups: ["monitoring.coreos.com"],
          resources: ["alertmanagers", "prometheuses"].flatMap((kind) => [
            kind,
            `${kind}/finalizers`,
            `${kind}/status`,
          ]),
          verbs: all,
        },
        {
          groups: ["monitoring.coreos.com"],
          resources: [
            "alertmanagerconfigs",
            ...["podmonitors", "probes", "prometheusrules", "scrapeconfigs", "servicemonitors"].flatMap((kind) => [
              kind,
              `${kind}/status`,
            ]),
          ],
          verbs: "get list watch update patch",
        },
        { groups: ["apps"], resources: ["statefulsets"], verbs: all },
        { groups: [""], resources: ["configmaps", "secrets"], verbs: all },
        { groups: [""], resources: ["pods"], verbs: "list delete" },
        {
          groups: [""],
          resources: ["services", "services/finalizers", "endpoints"],
          verbs: "get create update delete",
        },
        { groups: ["", "events.k8s.io"], resources: ["events"], verbs: "create patch" },
        {
          groups: ["discovery.k8s.io"],
          resources: ["endpointslices"],
          verbs: "get list watch create update delete",
        },
      ],
    },
  });
}

/** Lets Prometheus look for targets in some namespaces. */
export function targetRights(
  namespace: INamespace,
  targets: readonly string[],
  role?: string,
): readonly KubernetesObject[] {
  return rightsOf({
    name: "prometheus",
    role,
    account: namespace,
    within: {
      namespaces: targets,
      rules: [
        { groups: [""], resources: ["pods", "services", "endpoints"], verbs: "get list watch" },
        { groups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: "get list watch" },
      ],
    },
  });
}

/** What Prometheus may see: the kubelets' metrics, and pods where it looks for targets. */
export function prometheusRights(namespace: INamespace, targets: readonly string[]): readonly KubernetesObject[] {
  return [
    ...rightsOf({
      name: "prometheus",
      account: namespace,
      cluster: [{ groups: [""], resources: ["nodes/metrics"], verbs: "get" }],
    }),
    ...targetRights(namespace, [...new Set([namespace.name, ...targets])].sort()),
  ];
}

/** What reads logs may see: pods and their logs, and nothing else that stands in these namespaces. */
export function logReaderRights(namespace: INamespace, read: readonly string[]): readonly KubernetesObject[] {
  return rightsOf({
    name: "alloy",
    account: namespace,
    within: {
      namespaces: read,
      rules: [
        { groups: [""], resources: ["pods"], verbs: "get list watch" },
        { groups: [""], resources: ["pods/log"], verbs: "get list watch" },
      ],
    },
  });
}
