import Ajv, { type ErrorObject, type ValidateFunction } from "ajv";
import Ajv2020 from "ajv/dist/2020";
import { isMap, mergeValues, type Values } from "./values";

/** What is known of a chart's values. */
export interface ValuesContract {
  /** The chart's values.yaml. */
  readonly defaults: Values;
  /** The chart's values.schema.json, where it has one. */
  readonly schema?: Values;
  /**
   * Paths that the chart reads although its values.yaml has them in a comment only, and maps whose keys are the user's.
   */
  readonly free?: readonly string[];
}

/** A part of a schema, and the whole, in which references are looked up. */
interface Schema {
  readonly root: Values;
  readonly node: Values;
}

/** Maps that charts hand to Kubernetes as they are: their keys are those of the API, whatever values.yaml shows. */
const apiObjects: readonly { readonly name: RegExp; readonly keys: readonly string[] }[] = [
  {
    name: /securityContext(\.pod|\.container)?$/i,
    keys: [
      ...["allowPrivilegeEscalation", "capabilities", "fsGroup", "fsGroupChangePolicy", "privileged"],
      ...["readOnlyRootFilesystem", "runAsGroup", "runAsNonRoot", "runAsUser", "seccompProfile", "supplementalGroups"],
    ],
  },
  { name: /(^|\.)resources$/, keys: ["requests", "limits"] },
];

const ajvOptions = { strict: false, allErrors: true, validateFormats: false, unicodeRegExp: false } as const;

/** Compiled schemas. */
const compiled = new WeakMap<Values, ValidateFunction>();

/** What a chart would not understand of our values: one line each, with the path. */
export function valuesProblems(ours: Values, { defaults, schema, free = [] }: ValuesContract): readonly string[] {
  const root = schema && { root: schema, node: resolved(schema, schema) };
  return [...unknownKeys(ours, defaults, root, "", new Set(free)), ...(schema ? refused(ours, defaults, schema) : [])];
}

function unknownKeys(
  ours: Values,
  defaults: Values,
  schema: Schema | undefined,
  path: string,
  free: ReadonlySet<string>,
): readonly string[] {
  return Object.entries(ours).flatMap(([key, value]) => {
    const at = path ? `${path}.${key}` : key;
    const within = property(schema, key);
    if (free.has(at)) {
      return [];
    }
    if (!(key in defaults)) {
      return within ? [] : [`${at} is not in values.yaml`];
    }
    return mismatch(value, defaults[key], within, at, free);
  });
}

function mismatch(
  value: unknown,
  standard: unknown,
  schema: Schema | undefined,
  at: string,
  free: ReadonlySet<string>,
): readonly string[] {
  if (value === null || standard === null || standard === undefined) {
    return [];
  }
  if (kind(value) !== kind(standard)) {
    // Where there is a schema, it says which kinds are taken.
    return schema ? [] : [`${at} is of kind ${kind(value)}, values.yaml has ${kind(standard)}`];
  }
  const api = apiObjects.find(({ name }) => name.test(at));
  if (isMap(value) && isMap(standard) && api && Object.keys(standard).every((key) => api.keys.includes(key))) {
    const unknown = Object.keys(value).filter((key) => !api.keys.includes(key) && !free.has(`${at}.${key}`));
    return unknown.map((key) => `${at}.${key} is not in the Kubernetes API`);
  }
  if (isMap(value) && isMap(standard)) {
    // An empty map is how a chart says that the keys are the user's.
    return Object.keys(standard).length > 0 ? unknownKeys(value, standard, schema, at, free) : [];
  }
  // Volumes are of many kinds, of which values.yaml shows one.
  if (Array.isArray(value) && Array.isArray(standard) && isMap(standard[0]) && !/volumes$/i.test(at)) {
    const [sample] = standard as readonly Values[];
    return value.flatMap((item, index) => mismatch(item, sample, undefined, `${at}[${index}]`, free));
  }
  return [];
}

/** Helm checks the merged values, so that a required key may come from the chart. */
function refused(ours: Values, defaults: Values, schema: Values): readonly string[] {
  const validate = compiled.get(schema) ?? compile(schema);
  compiled.set(schema, validate);
  return validate(mergeValues(defaults, ours)) ? [] : (validate.errors ?? []).map(describe);
}

function compile({ $schema, ...schema }: Values): ValidateFunction {
  // The draft is chosen here: some charts write its address in a form that the validator does not know.
  return (String($schema).includes("2020-12") ? new Ajv2020(ajvOptions) : new Ajv(ajvOptions)).compile(schema);
}

function describe({ instancePath, message, params }: ErrorObject): string {
  const extra = "additionalProperty" in params ? ` (${String(params.additionalProperty)})` : "";
  return `${instancePath.slice(1).replaceAll("/", ".") || "values"} ${message ?? "is refused"}${extra}`;
}

function property(schema: Schema | undefined, key: string): Schema | undefined {
  const properties = schema?.node.properties;
  const found = isMap(properties) ? properties[key] : undefined;
  return schema && isMap(found) ? { root: schema.root, node: resolved(schema.root, found) } : undefined;
}

/** Follows references within the schema: `#/$defs/name`. */
function resolved(root: Values, node: Values): Values {
  const reference = node.$ref;
  if (typeof reference !== "string" || !reference.startsWith("#/")) {
    return node;
  }
  const target = reference
    .slice(2)
    .split("/")
    .reduce<unknown>((at, name) => (isMap(at) ? at[name.replaceAll("~1", "/")] : undefined), root);
  return isMap(target) ? resolved(root, target) : node;
}

function kind(value: unknown): string {
  return Array.isArray(value) ? "list" : typeof value;
}
