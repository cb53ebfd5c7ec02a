import { VaultError } from "../../operations/vault/vault-error";
import { RehearsalError } from "../rehearsal-error";

/**
 * Tries what Vault must refuse.
 *
 * @param what what is tried, for the error
 * @param statuses answers that are a refusal
 * @throws RehearsalError when it is not refused, and the error itself when it fails for another reason
 */
export async function mustBeRefused(
  what: string,
  run: () => Promise<unknown>,
  statuses: readonly number[] = [403],
): Promise<void> {
  const error = await run().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) {
    throw new RehearsalError(`vault does what it must refuse: ${what}`);
  }
  if (!(error instanceof VaultError) || !statuses.includes(error.status)) {
    throw error;
  }
}
