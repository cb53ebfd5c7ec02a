import type { Block } from "../../stacks/stack-json";
import { type AddressedBlock, listOf, objectOf, resources, shown } from "../blocks";
import type { CheckedStack } from "../rule";

/** Every GKE cluster of a stack. */
export function clusters(stack: CheckedStack): readonly AddressedBlock[] {
  return resources(stack, ["google_container_cluster"]);
}

/** Every pool of nodes of a stack that is a resource of its own. */
export function pools(stack: CheckedStack): readonly AddressedBlock[] {
  return resources(stack, ["google_container_node_pool"]);
}

/** What nodes are made from: those of pools, of a cluster's first pool, and of pools that GKE adds. */
export function nodeTemplates(stack: CheckedStack): readonly AddressedBlock[] {
  const within = (owner: AddressedBlock, path: string): readonly AddressedBlock[] => {
    const block = at(owner.block, path);
    return block === undefined ? [] : [{ ...owner, address: `${owner.address}.${path}`, block: objectOf(block) }];
  };
  return [
    ...pools(stack).flatMap((pool) => within(pool, "node_config")),
    ...clusters(stack).flatMap((cluster) => [...within(cluster, "node_config"), ...addedPools(cluster)]),
  ];
}

/** What GKE makes the pools from that it adds; empty where it adds none. */
export function addedPools(cluster: AddressedBlock): readonly AddressedBlock[] {
  if (at(cluster.block, "cluster_autoscaling.enabled") !== true) {
    return [];
  }
  const path = "cluster_autoscaling.auto_provisioning_defaults";
  return [{ ...cluster, address: `${cluster.address}.${path}`, block: objectOf(at(cluster.block, path)) }];
}

/** Whether a stack belongs to an environment with all protection: staging or prod. */
export function guarded({ environment }: CheckedStack): boolean {
  return environment.tier === "staging" || environment.tier === "prod";
}

/** The value at a dotted path; a block that is a list of one is that one. */
export function at(block: Block, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => objectOf(Array.isArray(value) ? value[0] : value)[key], block);
}

/** What is wrong with a value at a path when only some values are right. */
export function wants(block: Block, path: string, ...allowed: readonly unknown[]): readonly string[] {
  const value = at(block, path);
  return allowed.includes(value) ? [] : [`${path} is ${shown(value)}`];
}

/** What is wrong with a value at a path that must be a text. */
export function wantsText(block: Block, path: string): readonly string[] {
  const value = at(block, path);
  return typeof value === "string" && value !== "" ? [] : [`${path} is ${shown(value)}`];
}

/** What is missing in a list of words at a path. */
export function wantsWords(block: Block, path: string, words: readonly string[]): readonly string[] {
  const found = listOf(at(block, path));
  return words.filter((word) => !found.includes(word)).map((word) => `${path} has no ${word}`);
}
