import Ajv, { type ErrorObject, type ValidateFunction } from "ajv";
import { isMap, type Values } from "./values";

/** An object as far as its messages need it. */
export interface CustomObject extends Values {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

const ajvOptions = { strict: false, allErrors: true, validateFormats: false, unicodeRegExp: false } as const;

/** Compiled schemas, by the shape of the objects that they are for. */
const compiled = new WeakMap<Values, Map<string, ValidateFunction>>();

/** Which fields a value has, at any depth; the members of a list count as one. */
interface Shape {
  readonly [field: string]: Shape;
}

/**
 * What an API server would refuse or drop of an object: unknown fields, missing ones, wrong types. Rules in CEL
 * (`x-kubernetes-validations`) are not run.
 */
export function objectProblems(object: CustomObject, schema: Values): readonly string[] {
  const shape = shapeOf(object);
  const known = compiled.get(schema) ?? new Map<string, ValidateFunction>();
  const key = JSON.stringify(shape);
  const validate = known.get(key) ?? new Ajv(ajvOptions).compile(structural(schema, shape, true));
  compiled.set(schema, known.set(key, validate));
  const name = `${object.kind} ${object.metadata.name}`;
  return validate(object) ? [] : (validate.errors ?? []).map((error) => `${name}: ${describe(error)}`);
}

function shapeOf(value: unknown): Shape {
  if (Array.isArray(value)) {
    return value.map(shapeOf).reduce(joined, {});
  }
  return isMap(value) ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shapeOf(member)])) : {};
}

function joined(one: Shape, other: Shape): Shape {
  const both = Object.entries(other).map(([key, shape]) => [key, joined(one[key] ?? {}, shape)] as const);
  return { ...one, ...Object.fromEntries(both) };
}

/**
 * A definition's schema as JSON Schema, closed wherever the API server prunes what it does not know. Only the fields that
 * the object has are taken: to compile a large definition whole takes a second.
 */
function structural(schema: Values, shape: Shape, root = false): Values {
  const converted: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    const skipped = key.startsWith("x-kubernetes-") || ["format", "description", "default"].includes(key);
    if (!skipped && !(key === "pattern" && isForeign(value))) {
      converted[key] = convert(key, value, shape);
    }
  }
  if (schema["x-kubernetes-int-or-string"]) {
    delete converted.anyOf;
    converted.type = ["integer", "string"];
  }
  const open =
    schema["x-kubernetes-preserve-unknown-fields"] === true || schema["x-kubernetes-embedded-resource"] === true;
  if ("properties" in schema && !("additionalProperties" in schema) && !open) {
    converted.additionalProperties = false;
  }
  if (root) {
    // The API server itself checks these.
    converted.properties = {
      ...(converted.properties as Values),
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { type: "object" },
    };
  }
  return converted;
}

/** Whether a pattern is in Go's dialect, such as `(?i)abort`, and so cannot be judged here. */
function isForeign(pattern: unknown): boolean {
  try {
    new RegExp(String(pattern));
    return false;
  } catch {
    return true;
  }
}

function convert(key: string, value: unknown, shape: Shape): unknown {
  if (key === "properties") {
    return Object.fromEntries(
      Object.entries(value as Values).flatMap(([name, member]) => {
        const within = shape[name];
        return within ? [[name, structural(member as Values, within)]] : [];
      }),
    );
  }
  if (key === "items") {
    return structural(value as Values, shape);
  }
  if (key === "additionalProperties" && typeof value === "object") {
    return structural(value as Values, Object.values(shape).reduce(joined, {}));
  }
  return value;
}

function describe({ instancePath, message, params }: ErrorObject): string {
  const extra = "additionalProperty" in params ? ` (${String(params.additionalProperty)})` : "";
  return `${instancePath.slice(1).replaceAll("/", ".") || "object"} ${message ?? "is refused"}${extra}`;
}
