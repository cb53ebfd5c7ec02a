import { RoleBindingV1 } from "@cdktf/provider-kubernetes/lib/role-binding-v1";
import { RoleV1 } from "@cdktf/provider-kubernetes/lib/role-v1";
import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import type { Construct } from "constructs";
import type { INamespace } from "../../kubernetes";
import { vaultAccess, vaultProxyResource } from "../vault-access";

/** Makes the account Terraform logs in with; it may reach Vault through the API server and nothing else. */
export function terraformAccess(scope: Construct, namespace: INamespace): void {
  const name = vaultAccess.terraform;
  const account = new ServiceAccountV1(scope, "TerraformServiceAccount", {
    metadata: { name, namespace: namespace.name },
    automountServiceAccountToken: false,
    dependsOn: namespace.resource ? [namespace.resource] : undefined,
  });
  const role = new RoleV1(scope, "TerraformRole", {
    metadata: { name: `${name}-vault-proxy`, namespace: namespace.name },
    rule: [
      {
        apiGroups: [""],
        resources: ["services/proxy"],
        resourceNames: [vaultProxyResource],
        verbs: ["get", "create", "update", "patch", "delete"],
      },
    ],
    dependsOn: [account],
  });
  new RoleBindingV1(scope, "TerraformRoleBinding", {
    metadata: { name: `${name}-vault-proxy`, namespace: namespace.name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
    subject: [{ kind: "ServiceAccount", name: account.metadata.name, namespace: namespace.name }],
  });
}
