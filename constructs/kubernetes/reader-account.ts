import { RoleBindingV1 } from "@cdktf/provider-kubernetes/lib/role-binding-v1";
import { RoleV1 } from "@cdktf/provider-kubernetes/lib/role-v1";
import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import { Construct } from "constructs";
import type { INamespace } from "./namespace";

/** Settings of a {@link ReaderAccount}. */
export interface ReaderAccountProps {
  readonly namespace: INamespace;
  /** Name of the account, its Role and the binding. */
  readonly name: string;
  /**
   * Whether it has a Role that lets it see pods, services and config maps of its namespace.
   *
   * @default true
   */
  readonly role?: boolean;
  /**
   * Whether that Role shows secrets too.
   *
   * @default false
   */
  readonly readsSecrets?: boolean;
}

/** An account that may look into its namespace and change nothing. */
export class ReaderAccount extends Construct {
  readonly name: string;
  readonly namespace: INamespace;

  constructor(
    scope: Construct,
    id: string,
    { namespace, name, role = true, readsSecrets = false }: ReaderAccountProps,
  ) {
    super(scope, id);
    this.name = name;
    this.namespace = namespace;
    const metadata = { name, namespace: namespace.name };
    const dependsOn = namespace.resource ? [namespace.resource] : undefined;
    // Who needs a token asks for one: pods of the namespace do not get it by themselves (rule K8S-06).
    const account = new ServiceAccountV1(this, "Resource", {
      metadata,
      automountServiceAccountToken: false,
      dependsOn,
    });
    if (!role) {
      return;
    }
    const made = new RoleV1(this, "Role", {
      metadata,
      rule: [
        {
          apiGroups: [""],
          resources: ["pods", "services", "configmaps", ...(readsSecrets ? ["secrets"] : [])],
          verbs: ["get", "list", "watch"],
        },
      ],
      dependsOn,
    });
    new RoleBindingV1(this, "RoleBinding", {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
      subject: [{ kind: "ServiceAccount", name, namespace: namespace.name }],
      dependsOn: [made, account],
    });
  }
}
