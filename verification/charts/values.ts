/** Any JSON object, such as the values of a chart. */
export type Values = Readonly<Record<string, unknown>>;

/** Merges as Helm does: maps by key, lists replace, null removes. */
export function mergeValues(defaults: Values, ours: Values): Values {
  const merged: Record<string, unknown> = { ...defaults };
  for (const [key, value] of Object.entries(ours)) {
    const standard = merged[key];
    if (value === null) {
      delete merged[key];
    } else {
      merged[key] = isMap(value) && isMap(standard) ? mergeValues(standard, value) : value;
    }
  }
  return merged;
}

/** Whether a value is an object and no list. */
export function isMap(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
