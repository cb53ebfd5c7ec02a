import { RoleBindingV1 } from "@cdktf/provider-kubernetes/lib/role-binding-v1";
import { RoleV1 } from "@cdktf/provider-kubernetes/lib/role-v1";
import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import { KubernetesAuthBackendRole } from "@cdktf/provider-vault/lib/kubernetes-auth-backend-role";
import { Policy } from "@cdktf/provider-vault/lib/policy";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { INamespace } from "../../kubernetes";
import { vaultAccess } from "../vault-access";
import { pkiAccess, pkiSignPath } from "./pki-access";

/** Settings of a {@link PkiIssuerAccess}. */
export interface PkiIssuerAccessProps {
  /** Namespace of cert-manager, where it looks for what a ClusterIssuer names. */
  readonly namespace: INamespace;
  /** Service account of cert-manager's controller, in the same namespace. */
  readonly controller: string;
  /**
   * What must exist in Vault before, such as the audit devices.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** Life of the token that cert-manager gets for one request, in seconds. */
const tokenSeconds = 300;

/**
 * Lets cert-manager, and nobody else, have certificates of services signed: an account that it alone may take tokens of,
 * and a role in Vault for that account whose policy is the one path that signs (rules VCF-06, VCF-07).
 */
export class PkiIssuerAccess extends Construct {
  constructor(scope: Construct, id: string, props: PkiIssuerAccessProps) {
    super(scope, id);
    const namespace = props.namespace.name;
    const name = pkiAccess.serviceAccount;
    const account = new ServiceAccountV1(this, "ServiceAccount", {
      metadata: { name, namespace },
      automountServiceAccountToken: false,
      dependsOn: props.namespace.resource ? [props.namespace.resource] : undefined,
    });
    const tokens = new RoleV1(this, "TokenRole", {
      metadata: { name: `${name}-token`, namespace },
      rule: [{ apiGroups: [""], resources: ["serviceaccounts/token"], resourceNames: [name], verbs: ["create"] }],
      dependsOn: [account],
    });
    new RoleBindingV1(this, "TokenRoleBinding", {
      metadata: { name: `${name}-token`, namespace },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: tokens.metadata.name },
      subject: [{ kind: "ServiceAccount", name: props.controller, namespace }],
    });

    const dependsOn = props.dependsOn ? [...props.dependsOn] : undefined;
    const policy = new Policy(this, "Policy", {
      name: pkiAccess.issuer,
      policy: `path "${pkiSignPath}" {\n  capabilities = ["update"]\n}\n`,
      dependsOn,
    });
    new KubernetesAuthBackendRole(this, "Role", {
      backend: vaultAccess.kubernetesAuthPath,
      roleName: pkiAccess.issuer,
      boundServiceAccountNames: [name],
      boundServiceAccountNamespaces: [namespace],
      audience: vaultAccess.audience,
      tokenPolicies: [policy.name],
      tokenTtl: tokenSeconds,
      tokenMaxTtl: tokenSeconds,
      dependsOn,
    });
  }
}
