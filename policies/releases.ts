import type { Block } from "../stacks/stack-json";
import { type AddressedBlock, listOf, objectOf, resources } from "./blocks";
import type { CheckedStack, Item } from "./rule";

/** A Helm release with its values as Helm gets them. */
export interface AddressedRelease extends AddressedBlock {
  readonly values: readonly Block[];
}

/** A Kubernetes object that a release delivers as it is. */
export interface DeliveredObject extends Item {
  readonly apiVersion: string;
  readonly kind: string;
  /** Namespace of the object, that of its release when it names none. */
  readonly namespace: string;
  readonly object: Block;
}

/** Every Helm release of a stack. */
export function releases(stack: CheckedStack): readonly AddressedRelease[] {
  return resources(stack, ["helm_release"]).map((release) => ({
    ...release,
    // Terraform reads a doubled `$${` as `${`.
    values: listOf(release.block.values).map((text) =>
      objectOf(JSON.parse(String(text).replaceAll(/([$%])\1\{/g, "$1{"))),
    ),
  }));
}

/** Whether a release is one of the local chart that delivers objects as they are. */
export function isCustomResources({ block, values }: AddressedRelease): boolean {
  return String(block.chart).startsWith("./") && values.some(({ objects }) => objects !== undefined);
}

/** Every object in the values of a stack's releases: some charts take objects beside their own values. */
export function deliveredObjects(stack: CheckedStack): readonly DeliveredObject[] {
  return releases(stack).flatMap((release) =>
    release.values.flatMap((values) => objectsIn(values, String(release.block.namespace), release.address)),
  );
}

function objectsIn(value: unknown, namespace: string, address: string): readonly DeliveredObject[] {
  if (Array.isArray(value)) {
    return value.flatMap((member) => objectsIn(member, namespace, address));
  }
  const object = objectOf(value);
  const { apiVersion, kind } = object;
  if (typeof apiVersion === "string" && typeof kind === "string" && "metadata" in object) {
    const metadata = objectOf(object.metadata);
    return [
      {
        address: `${address} ${kind} ${String(metadata.name)}`,
        apiVersion,
        kind,
        namespace: String(metadata.namespace ?? namespace),
        object,
      },
    ];
  }
  return Object.values(object).flatMap((member) => objectsIn(member, namespace, address));
}
