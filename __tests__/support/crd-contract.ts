import Ajv, { type ErrorObject, type ValidateFunction } from "ajv";
import type { DeliveredObject, Values } from "./releases";

const ajvOptions = { strict: false, allErrors: true, validateFormats: false, unicodeRegExp: false } as const;

/** Compiled schemas; a large definition takes a second. */
const compiled = new WeakMap<Values, ValidateFunction>();

/**
 * What an API server would refuse or drop of an object: unknown fields, missing ones, wrong types. Rules in CEL
 * (`x-kubernetes-validations`) are not run.
 */
export function objectProblems(object: DeliveredObject, schema: Values): readonly string[] {
  const validate = compiled.get(schema) ?? new Ajv(ajvOptions).compile(structural(schema, true));
  compiled.set(schema, validate);
  const name = `${object.kind} ${object.metadata.name}`;
  return validate(object) ? [] : (validate.errors ?? []).map((error) => `${name}: ${describe(error)}`);
}

/** A definition's schema as JSON Schema, closed wherever the API server prunes what it does not know. */
function structural(schema: Values, root = false): Values {
  const converted: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (!key.startsWith("x-kubernetes-") && key !== "format" && key !== "description" && key !== "default") {
      converted[key] = convert(key, value);
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

function convert(key: string, value: unknown): unknown {
  if (key === "properties") {
    return Object.fromEntries(
      Object.entries(value as Values).map(([name, member]) => [name, structural(member as Values)]),
    );
  }
  if (key === "items" || (key === "additionalProperties" && typeof value === "object")) {
    return structural(value as Values);
  }
  return value;
}

function describe({ instancePath, message, params }: ErrorObject): string {
  const extra = "additionalProperty" in params ? ` (${String(params.additionalProperty)})` : "";
  return `${instancePath.slice(1).replaceAll("/", ".") || "object"} ${message ?? "is refused"}${extra}`;
}
