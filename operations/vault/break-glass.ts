import { vaultAccess } from "../../constructs/vault";
import type { VaultClient } from "./client";
import type { VaultConnection } from "./connection";
import { loginAs, withLogin } from "./service-account";
import { VaultError } from "./vault-error";

/**
 * Runs something that begins a root token. Vault 2.0 and later ask for a token to begin one; earlier ones do not look at
 * it. The token is revoked at the end.
 *
 * @param client the server that is asked; it is used as it is where Vault does not know the role
 * @throws OperationError when the operator may not ask for the account's tokens
 */
export async function withBreakGlass<Result>(
  connection: Pick<VaultConnection, "config">,
  client: VaultClient,
  run: (entitled: VaultClient) => Promise<Result>,
): Promise<Result> {
  const entitled = await loginAs(connection, client, vaultAccess.breakGlass).catch((error: unknown) => {
    if (error instanceof VaultError && error.answerer === "vault") return undefined;
    throw error;
  });
  return entitled === undefined ? run(client) : withLogin(entitled, run);
}
