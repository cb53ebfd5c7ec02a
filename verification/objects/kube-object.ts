import { objectOf } from "../../policies/blocks";
import type { Block } from "../../stacks/stack-json";

/** Where an object comes from. */
export interface Origin {
  readonly stack: string;
  /** `namespace/name` of the release, or the Terraform address. */
  readonly release: string;
}

/** A Kubernetes object that the environment will have. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Empty for kinds without a namespace. */
  readonly namespace: string;
  readonly block: Block;
  readonly origin: Origin;
}

/** Kinds without a namespace. `Cluster` alone is CloudNativePG's, which has one. */
const clusterScoped =
  /^(Cluster[A-Z]\w*|Namespace|CustomResourceDefinition|\w+WebhookConfiguration|\w+AdmissionPolicy(Binding)?|PriorityClass|StorageClass|IngressClass|GatewayClass|PersistentVolume|APIService|RuntimeClass|CSIDriver)$/;

/** Gives an object its place; its namespace is that of its release when it names none. */
export function kubeObject(block: Block, releaseNamespace: string, origin: Origin): KubeObject | undefined {
  const { apiVersion, kind } = block;
  const { name, namespace } = objectOf(block.metadata);
  if (typeof apiVersion !== "string" || typeof kind !== "string") {
    return undefined;
  }
  return {
    apiVersion,
    kind,
    name: String(name ?? objectOf(block.metadata).generateName ?? ""),
    namespace: clusterScoped.test(kind) ? "" : String(namespace ?? releaseNamespace),
    block,
    origin,
  };
}

/** Group and kind, such as `postgresql.cnpg.io/Cluster`; the kind alone for the core group. */
export function groupKind({ apiVersion, kind }: Pick<KubeObject, "apiVersion" | "kind">): string {
  const [group, version] = apiVersion.split("/");
  return version === undefined ? kind : `${group}/${kind}`;
}

/** A value below a path of keys; undefined when the path ends early. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((found, key) => objectOf(found)[key], value);
}

/** A text, or undefined for anything else and for an empty one. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Labels or another map of texts. */
export function mapOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(objectOf(value)).map(([key, member]) => [key, String(member)]));
}
