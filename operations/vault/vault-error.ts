/** Who answered a request for Vault: Vault itself, or the API server whose proxy it went through. */
export type Answerer = "vault" | "api-server";

/** A failure of Vault, or of reaching it, that one clear message explains: what, value given, next step. */
export class VaultError extends Error {
  override readonly name = "VaultError";

  constructor(
    message: string,
    /** HTTP status of the answer; 0 when there was none. */
    readonly status: number,
    /** @default "vault" */
    readonly answerer: Answerer = "vault",
    /** Clock of whoever answered. @default - not told */
    readonly date?: Date,
  ) {
    super(message);
  }
}
