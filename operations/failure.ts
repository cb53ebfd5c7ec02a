/** Whether something thrown only says that what was going on was stopped by its signal. */
export function isAbort(failure: unknown): boolean {
  return partsOf(failure).name === "AbortError";
}

/** What something thrown says. Node.js leaves the message empty when several addresses fail: then its code. */
export function reasonOf(failure: unknown): string {
  const { message, code } = partsOf(failure);
  return message || code || String(failure);
}

function partsOf(failure: unknown): { readonly name?: string; readonly message?: string; readonly code?: string } {
  return typeof failure === "object" && failure !== null ? failure : {};
}
