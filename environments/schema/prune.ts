import type * as z from "zod";

type Container = Record<PropertyKey, unknown>;

/** Paths of everything that is wrong, unknown keys included. */
export function wrongPaths(issues: readonly z.core.$ZodIssue[]): readonly (readonly PropertyKey[])[] {
  return issues.flatMap((issue): PropertyKey[][] =>
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path],
  );
}

/** Takes the value at a path out of its object; a list keeps all its entries, since positions are part of messages. */
function remove(root: Container, path: readonly PropertyKey[]): void {
  const parent = path.slice(0, -1).reduce<unknown>((value, key) => (value as Container | undefined)?.[key], root);
  const key = path.at(-1);
  if (key === undefined || typeof parent !== "object" || parent === null || Array.isArray(parent)) return;
  delete (parent as Container)[key];
}

/** A copy of plain data; anything else (a function, a date) is kept as it is and refused by the schema. */
function clone(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clone);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, clone(entry)]));
}

/** Reads one part. What became wrong because something in it was taken out is taken out too, as long as that helps. */
function readPart(part: z.ZodType, copy: Container, key: string): unknown {
  for (;;) {
    if (copy[key] === undefined) return undefined;
    const result = part.safeParse(copy[key]);
    if (result.success) return result.data;
    const before = JSON.stringify(copy[key]);
    for (const path of wrongPaths(result.error.issues)) remove(copy, [key, ...path]);
    if (JSON.stringify(copy[key]) === before) return undefined;
  }
}

/**
 * The parts of an environment that are valid by themselves, so that checks across parts can still run when some field
 * is wrong. A wrong optional field is left out; a part that is still wrong without it is left out as a whole.
 */
export function prune<T extends z.ZodRawShape>(
  schema: z.ZodObject<T>,
  input: unknown,
  issues: readonly z.core.$ZodIssue[],
): Partial<z.output<z.ZodObject<T>>> {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return {};
  const copy = clone(input) as Container;
  for (const path of wrongPaths(issues)) remove(copy, path);
  const parts: Container = {};
  for (const [key, part] of Object.entries(schema.shape)) {
    const data = readPart(part as z.ZodType, copy, key);
    if (data !== undefined) parts[key] = data;
  }
  return parts as Partial<z.output<z.ZodObject<T>>>;
}
