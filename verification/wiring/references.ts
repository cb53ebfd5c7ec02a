import { listOf, objectOf } from "../../policies/blocks";
import type { Block } from "../../stacks/stack-json";
import { groupKind, type KubeObject, textOf } from "../objects/kube-object";

/** Kinds of things that are referred to by name. */
export type NamedKind =
  | "secret"
  | "config map"
  | "service account"
  | "claim"
  | "storage class"
  | "issuer"
  | "role"
  | "secret store"
  | "custom resource";

/** A reference by name, as an object has it. */
export interface NamedReference {
  readonly kind: NamedKind;
  /** Namespace of what is meant; empty for kinds without. */
  readonly namespace: string;
  readonly name: string;
  /** Keys that must be in it. */
  readonly keys: readonly string[];
  /** Kind of the object, for references that may lead to several. */
  readonly objectKind?: string;
  /** Path within the object. */
  readonly path: string;
}

/** Kinds whose fields are no references: what they hold is text, rules or the description of others. */
const opaque = new Set([
  "ConfigMap",
  "Secret",
  "NetworkPolicy",
  "Role",
  "ClusterRole",
  "CustomResourceDefinition",
  "Namespace",
]);

interface Place {
  readonly object: KubeObject;
  readonly path: string;
  /** Map that holds the key. */
  readonly parent: Block;
}

type Rule = (key: string, value: unknown, place: Place) => readonly NamedReference[];

/** Every reference by name that an object holds. Optional ones are left out: nothing breaks without them. */
export function namedReferences(object: KubeObject): readonly NamedReference[] {
  if (opaque.has(object.kind)) {
    return [];
  }
  const { metadata: _, status: __, ...rest } = object.block;
  return [...walk(rest, { object, path: "", parent: {} }), ...ownReferences(object)];
}

function walk(value: unknown, place: Place): readonly NamedReference[] {
  if (Array.isArray(value)) {
    return value.flatMap((member, index) => walk(member, { ...place, path: `${place.path}[${index}]` }));
  }
  const parent = objectOf(value);
  return Object.entries(parent).flatMap(([key, member]) => {
    const path = place.path ? `${place.path}.${key}` : key;
    const here = { object: place.object, path, parent };
    return [...rules.flatMap((rule) => rule(key, member, here)), ...walk(member, here)];
  });
}

function reference(
  kind: NamedKind,
  place: Place,
  name: string,
  keys: readonly string[] = [],
  more: { readonly namespace?: string; readonly objectKind?: string } = {},
): NamedReference {
  const namespace = more.namespace ?? place.object.namespace;
  return { kind, namespace, name, keys, path: place.path, ...(more.objectKind ? { objectKind: more.objectKind } : {}) };
}

/** Names that are filled in when a program runs. */
function isFixed(name: unknown): name is string {
  return typeof name === "string" && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name);
}

/** A map with a name, and perhaps a key: `passwordSecretKeyRef: {name, key}`. */
const keyRefs: Rule = (key, value, place) => {
  const found = /(secret|configmap)(key)?(ref|selector)$|secret$/i.exec(key);
  const { name, secretName, key: wanted, optional, generate, kind, namespace } = objectOf(value);
  const named = secretName ?? name;
  if (!found || !isFixed(named) || optional === true || generate === true || kind !== undefined) {
    return [];
  }
  const items = [...listOf(objectOf(value).items)].map((item) => String(objectOf(item).key));
  const keys = isKey(wanted) ? [wanted, ...items] : items;
  const target = /configmap/i.test(key) ? "config map" : "secret";
  return [reference(target, place, named, keys, typeof namespace === "string" ? { namespace } : {})];
};

/** A volume of a ConfigMap, or `configMap` of a source: `{name, items}`. */
const configMapVolumes: Rule = (key, value, place) => {
  const { name, items, optional } = objectOf(value);
  if (key !== "configMap" || !isFixed(name) || optional === true) {
    return [];
  }
  return [
    reference(
      "config map",
      place,
      name,
      listOf(items).map((item) => String(objectOf(item).key)),
    ),
  ];
};

/** The name alone: `secretName: x`. Within a volume the map around it is looked at, with its items. */
const plainNames: Rule = (key, value, place) => {
  if (!isFixed(value)) {
    return [];
  }
  const { parent, object } = place;
  if (/secretName$/i.test(key)) {
    // A Certificate's Secret is what it makes; a volume's is looked at with its keys.
    const made = groupKind(object) === "cert-manager.io/Certificate" || parent.optional === true;
    const asVolume =
      "items" in parent || "defaultMode" in parent || /\.(secret|[a-zA-Z]*Secret)\.secretName$/.test(`.${place.path}`);
    const keys = ["certificate", "key"].flatMap((field) => textOf(parent[field]) ?? []);
    return made || asVolume ? [] : [reference("secret", place, value, keys)];
  }
  if (key === "serviceAccountName" || (key === "serviceAccount" && parent.serviceAccountName === undefined)) {
    return [reference("service account", place, value)];
  }
  if (key === "claimName") {
    return [reference("claim", place, value)];
  }
  if (key === "storageClassName" || key === "storageClass") {
    return [reference("storage class", place, value, [], { namespace: "" })];
  }
  return [];
};

const references: Rule = (key, value, place) => {
  const { name, kind } = objectOf(value);
  if (!isFixed(name)) {
    return [];
  }
  switch (key) {
    case "issuerRef": {
      const objectKind = String(kind ?? "Issuer");
      return [
        reference("issuer", place, name, [], {
          objectKind,
          ...(objectKind === "ClusterIssuer" ? { namespace: "" } : {}),
        }),
      ];
    }
    case "secretStoreRef": {
      const objectKind = String(kind ?? "SecretStore");
      return [
        reference("secret store", place, name, [], {
          objectKind,
          ...(objectKind === "ClusterSecretStore" ? { namespace: "" } : {}),
        }),
      ];
    }
    case "serviceAccountRef":
      return [reference("service account", place, name)];
    case "generatorRef":
    case "mariaDbRef":
      return [reference("custom resource", place, name, [], { objectKind: String(kind ?? "MariaDB") })];
    case "roleRef":
      return [
        reference("role", place, name, [], {
          objectKind: String(kind),
          ...(kind === "ClusterRole" ? { namespace: "" } : {}),
        }),
      ];
    case "caProvider":
      return [];
    default:
      return [];
  }
};

/** `{type: Secret, name, key}` of External Secrets, and lists of names. */
const shaped: Rule = (key, value, place) => {
  if (key === "caProvider") {
    const { type, name, key: wanted } = objectOf(value);
    const kind = type === "ConfigMap" ? "config map" : "secret";
    return isFixed(name) ? [reference(kind, place, name, isKey(wanted) ? [wanted] : [])] : [];
  }
  if (key === "imagePullSecrets") {
    return listOf(value).flatMap((entry) => {
      const name = typeof entry === "string" ? entry : objectOf(entry).name;
      return isFixed(name) ? [reference("secret", place, name)] : [];
    });
  }
  if (key === "subjects") {
    return listOf(value).flatMap((entry) => {
      const { kind, name, namespace } = objectOf(entry);
      return kind === "ServiceAccount" && isFixed(name)
        ? [reference("service account", place, name, [], { namespace: String(namespace ?? place.object.namespace) })]
        : [];
    });
  }
  return [];
};

const rules: readonly Rule[] = [keyRefs, configMapVolumes, plainNames, references, shaped];

function isKey(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** References by fields and labels that only some kinds have. */
function ownReferences(object: KubeObject): readonly NamedReference[] {
  const spec = objectOf(object.block.spec);
  const place = (path: string): Place => ({ object, path, parent: spec });
  const type = groupKind(object);
  if (type.startsWith("postgresql.cnpg.io/") && object.kind !== "Cluster") {
    const { name } = objectOf(spec.cluster);
    return isFixed(name)
      ? [reference("custom resource", place("spec.cluster.name"), name, [], { objectKind: "Cluster" })]
      : [];
  }
  if (
    type.startsWith("kafka.strimzi.io/") &&
    ["KafkaTopic", "KafkaUser", "KafkaNodePool", "KafkaConnector"].includes(object.kind)
  ) {
    const name = objectOf(objectOf(object.block.metadata).labels)["strimzi.io/cluster"];
    const objectKind = object.kind === "KafkaConnector" ? "KafkaConnect" : "Kafka";
    const at = place("metadata.labels[strimzi.io/cluster]");
    return isFixed(name) ? [reference("custom resource", at, name, [], { objectKind })] : [];
  }
  return [];
}

/**
 * References that stand in the text of a configuration file: Spark mounts Secrets and takes accounts by properties.
 *
 * @param namespace of who reads the text, for settings that name none
 */
export function textReferences(text: string, namespace: string): readonly Omit<NamedReference, "path">[] {
  const setting = (name: string) =>
    new RegExp(`^\\s*spark\\.kubernetes\\.${name}[=\\s]\\s*(\\S+)\\s*$`, "m").exec(text)?.[1];
  const where = setting("namespace") ?? namespace;
  const accounts = [
    "authenticate\\.driver\\.serviceAccountName",
    "authenticate\\.executor\\.serviceAccountName",
  ].flatMap((name) => setting(name) ?? []);
  const keys = [
    ...text.matchAll(
      /^\s*spark\.kubernetes\.(?:driver|executor)\.secretKeyRef\.[\w.-]+[=\s]\s*([a-z0-9.-]+):(\S+)\s*$/gm,
    ),
  ];
  const mounted = [...text.matchAll(/^\s*spark\.kubernetes\.(?:driver|executor)\.secrets\.([a-z0-9-]+)[=\s]/gm)];
  return [
    ...accounts.map((name) => ({ kind: "service account" as const, namespace: where, name, keys: [] })),
    ...keys.map(([, name = "", key = ""]) => ({ kind: "secret" as const, namespace: where, name, keys: [key] })),
    ...mounted.map(([, name = ""]) => ({ kind: "secret" as const, namespace: where, name, keys: [] })),
  ];
}
