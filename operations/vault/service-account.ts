import { vaultAccess } from "../../constructs/vault";
import { serviceAccountToken } from "../kubernetes/api-server";
import type { VaultClient } from "./client";
import type { VaultConnection } from "./connection";

/**
 * Logs in to Vault as a service account of its namespace, with the role of the same name.
 *
 * @param client the server that is asked
 * @throws OperationError when the operator may not ask for the account's tokens
 */
export async function loginAs(
  { config }: Pick<VaultConnection, "config">,
  client: VaultClient,
  name: string,
): Promise<VaultClient> {
  const jwt = await serviceAccountToken(config, { namespace: vaultAccess.namespace, name }, vaultAccess.audience);
  // A login whose answer nobody reads leaves a token that nobody can revoke.
  return client.withToken(await client.uninterrupted().loginKubernetes(name, jwt, vaultAccess.kubernetesAuthPath));
}

/** Runs something with a client, and revokes the client's token at the end. */
export async function withLogin<Result>(
  client: VaultClient,
  run: (client: VaultClient) => Promise<Result>,
): Promise<Result> {
  try {
    return await run(client);
  } finally {
    // It ends by itself soon; what was run counts for more.
    await client
      .uninterrupted()
      .revokeSelf()
      .catch(() => undefined);
  }
}
