/** Something that day two cannot do, which one clear message explains: what, value given, next step. */
export class OperationError extends Error {
  override readonly name = "OperationError";
}
