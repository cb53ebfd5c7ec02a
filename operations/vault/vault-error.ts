/** A failure of Vault, or of reaching it, that one clear message explains: what, value given, next step. */
export class VaultError extends Error {
  override readonly name = "VaultError";

  constructor(
    message: string,
    /** HTTP status of the answer; 0 when there was none. */
    readonly status: number,
  ) {
    super(message);
  }
}
