import type { JsonInput, JsonObject } from "../terraform";

/** Keys of security contexts that name a user or a group. */
const ids: ReadonlySet<string> = new Set([
  "runAsUser",
  "runAsGroup",
  "fsGroup",
  "supplementalGroups",
  "seLinuxOptions",
]);

/**
 * Values or objects without fixed users and groups, so that pods get those of their namespace's range, as the restricted
 * profile of OpenShift demands.
 *
 * @param instead `null` in values of a chart, whose own defaults would stay otherwise; `drop` in objects
 * @see https://docs.openshift.com/container-platform/latest/authentication/managing-security-context-constraints.html
 */
export function leaveUsersToNamespace(values: JsonObject, instead: "null" | "drop"): JsonObject {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]): [string, JsonInput | undefined][] => {
      if (ids.has(key)) {
        return instead === "null" ? [[key, null]] : [];
      }
      return [[key, inside(value, instead)]];
    }),
  );
}

/**
 * {@link leaveUsersToNamespace} for values of a chart that names users itself.
 *
 * @param places where, such as `controller.podSecurityContext.fsGroup`
 */
export function withoutUsersOfChart(values: JsonObject, places: readonly string[]): JsonObject {
  return places.reduce(
    (all: JsonObject, place) => withNull(all, place.split(".")),
    leaveUsersToNamespace(values, "null"),
  );
}

function withNull(values: JsonObject, [key = "", ...rest]: readonly string[]): JsonObject {
  const inner = values[key];
  const below = typeof inner === "object" && inner !== null && !Array.isArray(inner) ? (inner as JsonObject) : {};
  return { ...values, [key]: rest.length > 0 ? withNull(below, rest) : null };
}

function inside(value: JsonInput | undefined, instead: "null" | "drop"): JsonInput | undefined {
  if (Array.isArray(value)) {
    return value.map((entry: JsonInput) => inside(entry, instead) ?? null);
  }
  return typeof value === "object" && value !== null ? leaveUsersToNamespace(value as JsonObject, instead) : value;
}
