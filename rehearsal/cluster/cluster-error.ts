/**
 * A failure of the rehearsal's cluster that has one clear message (what, value given, next step) and needs no stack trace.
 */
export class ClusterError extends Error {
  override readonly name = "ClusterError";
}
