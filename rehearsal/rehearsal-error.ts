/** A rehearsal that cannot begin or did not find what it must; its message says what to do. */
export class RehearsalError extends Error {
  override readonly name = "RehearsalError";
}
