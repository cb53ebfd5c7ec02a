import * as z from "zod";
import { formatGiven, formatPath, type Problem } from "./errors";
import { closest } from "./suggest";

/** What one field says when a value does not suit it; carried as the text of a zod issue. */
interface Complaint {
  readonly allowed: string;
  readonly next: string;
  /** Words to compare a misspelt key or value with. */
  readonly options?: readonly string[];
}

const encode = (complaint: Complaint): string => JSON.stringify(complaint);

/** Settings of {@link field}. */
export interface Field<T> {
  readonly accepts: (value: unknown) => value is T;
  /** What is allowed, as a noun phrase. */
  readonly allowed: string;
  /** What to do about a value that was given. A missing one is answered with "add it". */
  readonly next: string | ((given: unknown) => string);
}

/** A single value with its own messages, typed more narrowly than zod's own types. */
export function field<T>(settings: Field<T>) {
  const { accepts, allowed, next } = settings;
  return z.custom<T>(accepts, {
    error: ({ input }) =>
      encode({ allowed, next: input === undefined ? "add it" : typeof next === "string" ? next : next(input) }),
  });
}

/** A text that matches a pattern. */
export function text(pattern: RegExp, allowed: string, next: string | ((given: unknown) => string)) {
  return field<string>({ accepts: (v): v is string => typeof v === "string" && pattern.test(v), allowed, next });
}

/** A whole number within limits; both limits are allowed. */
export function wholeNumber(min: number, max: number) {
  return field<number>({
    accepts: (v): v is number => Number.isInteger(v) && Number(v) >= min && Number(v) <= max,
    allowed: `a whole number from ${min} to ${max}`,
    next: (given) => {
      if (typeof given === "number") return given < min ? `give ${min} or more` : `give a whole number up to ${max}`;
      return "write a number without quotes";
    },
  });
}

/** True or false. */
export function truth() {
  return field<boolean>({
    accepts: (v): v is boolean => typeof v === "boolean",
    allowed: "true or false",
    next: "write it without quotes",
  });
}

/** One of a few words. */
export function oneOf<const T extends string>(...options: readonly T[]) {
  return z.enum(options, { error: () => encode({ allowed: options.join(", "), next: "choose one of them", options }) });
}

/** An object that refuses keys which it does not know. */
export function strict<T extends z.core.$ZodLooseShape>(shape: T) {
  const options = Object.keys(shape);
  const allowed = options.join(", ");
  return z.strictObject(shape, {
    error: ({ input }) =>
      encode({
        allowed: `an object with ${allowed}`,
        next: input === undefined ? "add it" : "write an object in braces",
        options,
      }),
  });
}

/** A list with at least one entry. */
export function list<T extends z.core.SomeType>(entry: T, noun: string) {
  return z
    .array(entry, {
      error: ({ input }) =>
        encode({ allowed: `a list of ${noun}`, next: input === undefined ? "add it" : "write a list in brackets" }),
    })
    .min(1, { error: () => encode({ allowed: `a list of ${noun} with at least one entry`, next: "add one" }) });
}

/** What the keys of a {@link record} look like. */
export interface KeyRule {
  readonly pattern: RegExp;
  /** What is allowed, as a noun phrase. */
  readonly allowed: string;
  /** What to do about a key that was given. */
  readonly next: string | ((given: string) => string);
}

/** An object whose keys are names that the user chooses. */
export function record<T extends z.core.SomeType>(keys: KeyRule, entry: T, noun: string) {
  return z.record(z.string().regex(keys.pattern), entry, {
    error: ({ code, input }) =>
      code === "invalid_key"
        ? encode({
            allowed: keys.allowed,
            next: typeof keys.next === "string" ? keys.next : keys.next(String(input)),
          })
        : encode({
            allowed: `an object of ${noun}`,
            next: input === undefined ? "add it" : "write an object in braces",
          }),
  });
}

/** Makes a schema refuse values of the right shape that still say nothing, or two things. */
export function agreed<T extends z.ZodType>(schema: T, accepts: (value: z.output<T>) => boolean, complaint: Complaint) {
  return schema.refine(accepts, { error: () => encode(complaint) });
}

/** What a union by `key` says when the key has none of the known values. */
export function unionComplaint(key: string, options: readonly string[]) {
  return {
    error: ({ input }: { readonly input?: unknown }) => {
      const missing = input === undefined ? `an object with ${key} and its settings` : undefined;
      return encode({
        allowed: missing ?? options.join(", "),
        next: missing ? "add it" : "choose one of them",
        options,
      });
    },
  };
}

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], input);

function decode(issue: z.core.$ZodIssue): Complaint {
  try {
    return JSON.parse(issue.message) as Complaint;
  } catch {
    return { allowed: issue.message, next: "correct it" };
  }
}

/** Turns what zod found into problems; an object with two unknown keys gives two. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], input: unknown): readonly Problem[] {
  return issues.flatMap((issue): readonly Problem[] => {
    const { allowed, next, options } = decode(issue);
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => {
        const meant = closest(key, options ?? []);
        return {
          path: formatPath([...issue.path, key]),
          given: "unknown key",
          allowed: (options ?? []).join(", "),
          next: meant ? `did you mean ${meant}?` : "remove it",
        };
      });
    }
    const given = issue.code === "invalid_key" ? issue.path.at(-1) : valueAt(input, issue.path);
    const meant = typeof given === "string" && options ? closest(given, options) : undefined;
    return [
      {
        path: formatPath(issue.path),
        given: formatGiven(given),
        allowed,
        next: given === undefined ? "add it" : meant ? `did you mean ${meant}?` : next,
      },
    ];
  });
}
