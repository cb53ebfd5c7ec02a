type Plain = Readonly<Record<string, unknown>>;

const isPlain = (value: unknown): value is Plain =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function merge(base: Plain, overrides: Plain): Plain {
  const changed = Object.entries(overrides).flatMap(([key, value]): [string, unknown][] => {
    if (value === undefined) return [];
    const old = base[key];
    return [[key, isPlain(old) && isPlain(value) ? merge(old, value) : value]];
  });
  return { ...base, ...Object.fromEntries(changed) };
}

/**
 * A selection with some of its settings replaced. Objects are merged key by key; lists and single values replace.
 * A key that is absent or `undefined` keeps what the selection has.
 */
export function withOverrides<T extends object>(base: T, overrides: T): T {
  return merge(base as Plain, overrides as Plain) as T;
}
