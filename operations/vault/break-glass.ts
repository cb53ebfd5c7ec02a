import { vaultAccess } from "../../constructs/vault";
import { serviceAccountToken } from "../kubernetes/api-server";
import type { VaultClient } from "./client";
import type { VaultConnection } from "./connection";
import { VaultError } from "./vault-error";

/**
 * Runs something that begins a root token. Vault 2.0 and later ask for a token to begin one; earlier ones do not look at
 * it. The token is revoked at the end.
 *
 * @param client the server that is asked; it is used as it is where Vault does not know the role
 * @throws OperationError when the operator may not ask for the account's tokens
 */
export async function withBreakGlass<Result>(
  { config }: Pick<VaultConnection, "config">,
  client: VaultClient,
  run: (entitled: VaultClient) => Promise<Result>,
): Promise<Result> {
  const account = { namespace: vaultAccess.namespace, name: vaultAccess.breakGlass };
  const jwt = await serviceAccountToken(config, account, vaultAccess.audience);
  const token = await client
    .loginKubernetes(vaultAccess.breakGlass, jwt, vaultAccess.kubernetesAuthPath)
    .catch((error: unknown) => {
      if (error instanceof VaultError && error.answerer === "vault") return undefined;
      throw error;
    });
  if (token === undefined) return run(client);
  const entitled = client.withToken(token);
  try {
    return await run(entitled);
  } finally {
    // It ends by itself soon; what was run counts for more.
    await entitled
      .uninterrupted()
      .revokeSelf()
      .catch(() => undefined);
  }
}
