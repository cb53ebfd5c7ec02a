import type { JsonInput, JsonObject, PullPolicy } from "../terraform";

/** Keys under which objects and values of charts say when an image is pulled. */
const keys: ReadonlySet<string> = new Set(["imagePullPolicy", "pullPolicy"]);

/** Objects or values with the environment's policy wherever they name one. */
export function withPullPolicy(tree: JsonObject, policy: PullPolicy): JsonObject {
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]): [string, JsonInput | undefined] => [
      key,
      keys.has(key) && typeof value === "string" ? policy : inside(value, policy),
    ]),
  );
}

function inside(value: JsonInput | undefined, policy: PullPolicy): JsonInput | undefined {
  if (Array.isArray(value)) {
    return value.map((entry: JsonInput) => inside(entry, policy) ?? null);
  }
  return typeof value === "object" && value !== null ? withPullPolicy(value as JsonObject, policy) : value;
}
