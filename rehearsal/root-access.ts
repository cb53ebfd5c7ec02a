import { vaultAccess } from "../constructs/vault";
import type { VaultClient } from "../operations/vault/client";
import { withRootToken } from "../operations/vault/generate-root";
import { unsealKeys } from "./cluster/bank-vaults";
import type { ControlPlane } from "./cluster/control-plane";
import type { VaultServer } from "./cluster/vault-server";
import type { KnownValues } from "./known-values";
import { login } from "./proofs/readers";
import { RehearsalError } from "./rehearsal-error";
import { keysSecret } from "./vault-node";

/** Runs something as root, as in an emergency: with a token made from the unseal keys and revoked at the end. */
export async function runAsRoot<Result>(
  cluster: ControlPlane,
  vault: VaultServer,
  known: KnownValues,
  run: (root: VaultClient) => Promise<Result>,
): Promise<Result> {
  const keys = await unsealKeys(cluster, keysSecret);
  keys.forEach((key, index) => {
    known.remember(`unseal key ${index}`, key);
  });
  const account = { namespace: vaultAccess.namespace, name: vaultAccess.breakGlass };
  const entitled = await login({ cluster, vault }, vaultAccess.breakGlass, account);
  await mayBeginRootToken(entitled);
  return withRootToken(entitled, keys, async (root) => {
    const self = await root.get("auth/token/lookup-self");
    known.remember("break-glass root token", String(self?.id));
    return run(root);
  });
}

/** Vault 1.21 lets anybody begin; from 2.0 on these rights decide, so they are looked at here. */
async function mayBeginRootToken(client: VaultClient): Promise<void> {
  const paths = ["sys/generate-root/attempt", "sys/generate-root/update"];
  const found = await client.put("sys/capabilities-self", { paths });
  const lacking = paths.filter((path) => !(found[path] as readonly string[] | undefined)?.includes("update"));
  if (lacking.length > 0) {
    throw new RehearsalError(`role ${vaultAccess.breakGlass} may not update ${lacking.join(", ")}`);
  }
}
