import { join } from "node:path";
import { vaultAccess, vaultProxyPath } from "../constructs/vault";
import type { ControlPlane } from "./cluster/control-plane";
import type { RehearsalPlan } from "./prepare";
import type { RehearsalTargets } from "./terraform/rewrites";

/**
 * What Terraform reaches in a rehearsal: Vault through the API server's service proxy, which leads to a pod's address, and
 * directly where there is none.
 */
export function targetsOf(plan: RehearsalPlan, cluster: ControlPlane): RehearsalTargets {
  return {
    kubeconfig: cluster.kubeconfig,
    context: cluster.context,
    providers: new Map(plan.providers),
    charts: new Map(plan.charts),
    vaultRoot: join(plan.folder, "vault"),
    ...(plan.isolated
      ? {
          vaultAddress: `${cluster.endpoint}${vaultProxyPath}`,
          vaultCaFile: cluster.caFile,
          vaultThroughProxy: true,
        }
      : {
          vaultAddress: `https://127.0.0.1:${vaultAccess.port}`,
          vaultCaFile: join(plan.folder, "vault", "tls", "ca.crt"),
          vaultThroughProxy: false,
        }),
  };
}
