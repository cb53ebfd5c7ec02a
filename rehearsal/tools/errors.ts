/** A mistake or lack on the user's side, told in words that say what to do; shown without a stack trace. */
export class ToolError extends Error {
  override readonly name = "ToolError";
}
