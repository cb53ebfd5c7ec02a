import type { StackJson } from "../../stacks/stack-json";
import { resourcesOf } from "../../stacks/stack-json";

/** A stack, as far as its addresses go. */
export interface AddressedStack {
  readonly name: string;
  readonly json: StackJson;
}

/** What became of the addresses of an environment. */
export interface InventoryDifference {
  readonly appeared: readonly string[];
  readonly vanished: readonly string[];
  /** Of those that vanished: what holds data, and is neither moved nor removed by a block that says so. */
  readonly lost: readonly string[];
}

/** Types whose loss is a loss of data, or of the way to it; a release may hold volumes. */
const stateful =
  /\s(vault_mount|vault_kv_secret_v2|helm_release|kubernetes_namespace_v1|google_(kms_\w+|storage_bucket|bigquery_dataset|container_cluster|compute_network))\./;

/** All addresses of managed resources, one on each line with its stack, and how many there are of each type. */
export function inventoryOf(stacks: readonly AddressedStack[]): string {
  const addresses = stacks.flatMap(({ name, json }) =>
    resourcesOf(json).map((resource) => ({ type: resource.type, line: `${name} ${resource.type}.${resource.name}` })),
  );
  const counts = new Map<string, number>();
  for (const { type } of addresses) {
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return [
    ...[...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, count]) => `# ${count} ${type}`),
    ...addresses.map(({ line }) => line).sort(),
    "",
  ].join("\n");
}

/** Compares a committed inventory with the stacks of today. */
export function compareInventory(committed: string, stacks: readonly AddressedStack[]): InventoryDifference {
  const before = lines(committed);
  const now = lines(inventoryOf(stacks));
  const explained = new Set(
    stacks.flatMap(({ name, json }) =>
      [...(json.moved ?? []), ...(json.removed ?? [])].map(({ from }) => `${name} ${from}`),
    ),
  );
  const vanished = [...before].filter((line) => !now.has(line));
  return {
    appeared: [...now].filter((line) => !before.has(line)),
    vanished,
    lost: vanished.filter((line) => stateful.test(line) && !explained.has(line)),
  };
}

function lines(inventory: string): ReadonlySet<string> {
  return new Set(inventory.split("\n").filter((line) => line !== "" && !line.startsWith("#")));
}
