import type { INamespace } from "../kubernetes";
import type { PodsEnd } from "./contracts";

/** Vault's servers, which reach the databases that they make users in. */
export function vaultPods(namespace: INamespace): PodsEnd {
  return {
    namespace,
    name: "vault",
    podLabels: { "app.kubernetes.io/name": "vault", component: "server" },
  };
}
