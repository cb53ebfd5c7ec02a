/** A value that JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** An object whose absent keys (`undefined`) are left out of the document. */
export interface JsonObject {
  readonly [key: string]: JsonInput | undefined;
}

/** A JSON value in which optional keys may be `undefined`. */
export type JsonInput = string | number | boolean | null | readonly JsonInput[] | JsonObject;

/** Writes a value as JSON with sorted keys, so that the same input gives the same bytes and a plan shows only what changed. */
export function stableJson(value: JsonInput): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: JsonInput): Json {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (value === null || typeof value !== "object") {
    return value as Json;
  }
  const object = value as JsonObject;
  return Object.fromEntries(
    Object.keys(object)
      .sort()
      .flatMap((key) => {
        const member = object[key];
        return member === undefined ? [] : [[key, sorted(member)] as const];
      }),
  );
}
