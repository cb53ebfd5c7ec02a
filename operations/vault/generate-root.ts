import type { VaultClient } from "./client";
import { VaultError } from "./vault-error";

/**
 * Makes a root token from key shares, which are unseal keys, or recovery keys where a key service opens Vault. It is the
 * break-glass way in: prefer {@link withRootToken}, which takes the token away again.
 *
 * @param keys shares in hexadecimal or base64, at least as many as the threshold asks for; what is too much is not sent
 * @throws VaultError when shares are too few or wrong, or somebody else is making a root token at the moment
 * @see https://developer.hashicorp.com/vault/api-docs/system/generate-root
 */
export async function generateRoot(client: VaultClient, keys: readonly string[]): Promise<string> {
  const before = await client.rootAttempt();
  if (before.started) {
    throw new VaultError(
      `a root token is being made already (${before.progress} of ${before.required} shares given); find out who does, or end it ` +
        "with `vault operator generate-root -cancel`, then run again",
      409,
    );
  }
  if (keys.length < before.required) {
    throw new VaultError(`a root token needs ${before.required} key shares; given: ${keys.length}`, 400);
  }
  // The answer to the last share is the token: not read, it would live on without anybody who knows it.
  const lasting = client.uninterrupted();
  const { nonce, otp } = await lasting.startRootAttempt();
  try {
    for (const key of keys) {
      // A run that was stopped ends here, where nothing is lost.
      await client.rootAttempt();
      const { complete, encodedToken } = await lasting.updateRootAttempt(key, nonce);
      if (complete) return decodeRootToken(encodedToken, otp);
    }
    throw new VaultError(`${keys.length} key shares did not make a root token; give as many different ones`, 400);
  } catch (error) {
    // Shares that were given must not wait in the server for somebody to complete them; the first error counts.
    await lasting.cancelRootAttempt().catch(() => undefined);
    throw error;
  }
}

/** Runs something as root, with a token that is revoked when it ends, whether it succeeds or fails. */
export async function withRootToken<Result>(
  client: VaultClient,
  keys: readonly string[],
  run: (root: VaultClient) => Promise<Result>,
): Promise<Result> {
  const root = client.withToken(await generateRoot(client, keys));
  const revoke = () => root.uninterrupted().revokeSelf();
  let result: Result;
  try {
    result = await run(root);
  } catch (error) {
    // Why it failed counts for more than that the token lives on, and often has the same cause.
    await revoke().catch(() => undefined);
    throw error;
  }
  await revoke();
  return result;
}

/** The token, which Vault hands out as base64 of its bytes XOR those of the one-time password. */
export function decodeRootToken(encoded: string, otp: string): string {
  const bytes = Buffer.from(encoded, "base64");
  const pad = Buffer.from(otp);
  if (bytes.length === 0 || bytes.length !== pad.length) {
    throw new VaultError("vault's encoded root token does not fit its one-time password", 500);
  }
  return Buffer.from(bytes.map((byte, index) => byte ^ (pad[index] ?? 0))).toString();
}
