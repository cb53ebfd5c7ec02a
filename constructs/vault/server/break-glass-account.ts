import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import type { Construct } from "constructs";
import type { INamespace } from "../../kubernetes";
import { vaultAccess } from "../vault-access";

/** Makes the account in whose name an operator begins a root token. No pod uses it; who may ask for its tokens is the cluster's own matter. */
export function breakGlassAccount(scope: Construct, namespace: INamespace): void {
  new ServiceAccountV1(scope, "BreakGlassServiceAccount", {
    metadata: { name: vaultAccess.breakGlass, namespace: namespace.name },
    automountServiceAccountToken: false,
    dependsOn: namespace.resource ? [namespace.resource] : undefined,
  });
}
