import type { Block, Blocks } from "../stacks/stack-json";
import type { CheckedStack, Item } from "./rule";

/** A block with its address. */
export interface AddressedBlock extends Item {
  readonly type: string;
  readonly name: string;
  readonly block: Block;
}

/** A string somewhere in a document, with the path that leads to it. */
export interface AddressedString extends Item {
  readonly value: string;
}

/** Managed resources of a stack: all, or those whose type is named or matches. */
export function resources(stack: CheckedStack, types?: readonly string[] | RegExp): readonly AddressedBlock[] {
  return addressed(stack.json.resource ?? {}, "").filter(({ type }) => matches(type, types));
}

/** Data sources of a stack. */
export function dataSources(stack: CheckedStack, types?: readonly string[] | RegExp): readonly AddressedBlock[] {
  return addressed(stack.json.data ?? {}, "data.").filter(({ type }) => matches(type, types));
}

/** Ephemeral resources of a stack. */
export function ephemerals(stack: CheckedStack): readonly AddressedBlock[] {
  return addressed(stack.json.ephemeral ?? {}, "ephemeral.");
}

/** Configurations of providers, by their local names. */
export function providers(stack: CheckedStack, names?: readonly string[]): readonly AddressedBlock[] {
  return Object.entries(stack.json.provider ?? {})
    .filter(([type]) => matches(type, names))
    .flatMap(([type, blocks]) =>
      blocks.map((block, index) => ({ type, name: String(index), block, address: `provider.${type}[${index}]` })),
    );
}

/** How a kubernetes or helm provider reaches its cluster; the helm provider nests it. */
export function clusterAccess({ type, block }: AddressedBlock): Block {
  const nested = type === "helm" ? block.kubernetes : block;
  return objectOf(Array.isArray(nested) ? nested[0] : nested);
}

/** Every string of a document, without the comments that the synthesis leaves under `//`. */
export function strings(value: unknown, address = ""): readonly AddressedString[] {
  if (typeof value === "string") {
    return [{ address, value }];
  }
  if (Array.isArray(value)) {
    return value.flatMap((member, index) => strings(member, `${address}[${index}]`));
  }
  return Object.entries(objectOf(value)).flatMap(([key, member]) =>
    key === "//" ? [] : strings(member, address ? `${address}.${key}` : key),
  );
}

/** A value as an object; empty when it is none. */
export function objectOf(value: unknown): Block {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Block) : {};
}

/** A value as a list; empty when it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A value as it would stand in a message. */
export function shown(value: unknown): string {
  return value === undefined ? "absent" : JSON.stringify(value);
}

function addressed(blocks: Blocks, prefix: string): AddressedBlock[] {
  return Object.entries(blocks).flatMap(([type, named]) =>
    Object.entries(named).map(([name, block]) => ({ type, name, block, address: `${prefix}${type}.${name}` })),
  );
}

function matches(type: string, types: readonly string[] | RegExp | undefined): boolean {
  if (types === undefined) {
    return true;
  }
  return types instanceof RegExp ? types.test(type) : types.includes(type);
}
