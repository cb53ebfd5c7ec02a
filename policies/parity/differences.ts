import type { Tier } from "../../environments/schema";
import type { Layer } from "../../stacks/layers";
import { resourcesOf, type StackJson } from "../../stacks/stack-json";
import { type Leaves, leavesOf } from "./flatten";

/** Tiers in the order in which a change passes them. */
export const tiers = ["dev", "staging", "prod"] as const satisfies readonly Tier[];

/** One synthesized stack of an environment that stands for its tier. */
export interface ComparedStack {
  readonly tier: Tier;
  readonly layer: Layer;
  readonly json: StackJson;
}

/** What an environment calls by names of its own: replaced by its key, so that only choices are compared. */
export interface OwnNames {
  readonly [placeholder: string]: string;
}

/** An attribute that is not the same in all tiers, or a resource that not all have. */
export interface Difference {
  readonly layer: Layer;
  readonly type: string;
  /** Name of the resource within its type. */
  readonly name: string;
  /** Path of the attribute; empty where the whole resource is missing somewhere. */
  readonly attribute: string;
  /** Value in each tier; absent where the attribute or the resource is. */
  readonly values: { readonly [tier in Tier]?: string };
}

/**
 * Compares the resources of the tiers by their addresses.
 *
 * @param ownNames names of each tier's environment, longest first where one is part of another
 */
export function differencesOf(
  stacks: readonly ComparedStack[],
  ownNames: { readonly [tier in Tier]: OwnNames },
): readonly Difference[] {
  const resources = new Map<string, Compared>();
  for (const { tier, layer, json } of stacks) {
    for (const { type, name, block } of resourcesOf(json)) {
      const common = (text: string) => withoutNames(text, ownNames[tier]);
      const key = `${layer} ${type}.${common(name)}`;
      const found: Compared = resources.get(key) ?? { layer, type, name: common(name), leaves: {} };
      found.leaves[tier] = leavesOf(JSON.parse(common(JSON.stringify(block))));
      resources.set(key, found);
    }
  }
  return [...resources.values()].flatMap(differencesWithin);
}

interface Compared {
  readonly layer: Layer;
  readonly type: string;
  readonly name: string;
  readonly leaves: { [tier in Tier]?: Leaves };
}

function differencesWithin({ layer, type, name, leaves }: Compared): readonly Difference[] {
  const there = tiers.filter((tier) => leaves[tier] !== undefined);
  const missing: readonly Difference[] =
    there.length === tiers.length
      ? []
      : [{ layer, type, name, attribute: "", values: Object.fromEntries(there.map((tier) => [tier, "there"])) }];
  const paths = new Set(
    there.flatMap((tier) => [...(leaves[tier]?.keys() ?? [])].map((path) => branchOf(path, leaves))),
  );
  const differing = [...paths].sort().flatMap((attribute): readonly Difference[] => {
    const values = there.map((tier) => valueAt(attribute, leaves[tier]));
    if (new Set(values).size <= 1) return [];
    const byTier = there.flatMap((tier, index) => (values[index] === undefined ? [] : [[tier, values[index]]]));
    return [{ layer, type, name, attribute, values: Object.fromEntries(byTier) }];
  });
  return [...missing, ...differing];
}

/**
 * The whole branch that some tier has nothing of, where the others agree on it: what is missing is one difference. Else the
 * leaf itself.
 */
function branchOf(path: string, leaves: Compared["leaves"]): string {
  const without = tiers.filter((tier) => leaves[tier] !== undefined && !leaves[tier].has(path));
  if (without.length === 0) return path;
  const branches = [...path.matchAll(/[.[]/g)].map(({ index }) => path.slice(0, index));
  return branches.find((branch) => isOneDifference(branch, leaves)) ?? path;
}

function isOneDifference(branch: string, leaves: Compared["leaves"]): boolean {
  const contents = tiers.flatMap((tier) => (leaves[tier] ? [JSON.stringify(below(branch, leaves[tier]))] : []));
  const there = contents.filter((content) => content !== "[]");
  // A branch with one leaf says less than the leaf.
  const several = tiers.some((tier) => leaves[tier] && below(branch, leaves[tier]).length > 1);
  return several && there.length < contents.length && new Set(there).size === 1;
}

/** The value of a leaf; `set` for a branch that has several; undefined for nothing. */
function valueAt(path: string, leaves: Leaves | undefined): string | undefined {
  const [first, ...others] = leaves ? below(path, leaves) : [];
  return first === undefined || others.length > 0 ? first && "set" : first[1];
}

/** The leaf of a path, or all leaves below it. */
function below(path: string, leaves: Leaves): readonly (readonly [path: string, value: string])[] {
  return [...leaves].filter(([each]) => each === path || each.startsWith(`${path}.`) || each.startsWith(`${path}[`));
}

function withoutNames(text: string, names: OwnNames): string {
  return Object.entries(names).reduce((rest, [placeholder, name]) => rest.replaceAll(name, `<${placeholder}>`), text);
}
