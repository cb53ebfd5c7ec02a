import { type AddressedBlock, listOf, objectOf, resources, shown } from "../blocks";
import { type CheckedStack, forEach, type Rule } from "../rule";
import { at, clusters } from "./clusters";
import { type Choices, dayZero } from "./day-zero";

/** Attributes of a cluster that cannot be changed later. */
const attributes = [
  "location",
  "network",
  "subnetwork",
  "networking_mode",
  "datapath_provider",
  "private_cluster_config.enable_private_nodes",
  "private_cluster_config.master_ipv4_cidr_block",
  "ip_allocation_policy.cluster_secondary_range_name",
  "ip_allocation_policy.services_secondary_range_name",
] as const;

export const frozenChoices = frozenAs(dayZero);

/** The rule with a table of its own: what each environment chose on its first day. */
export function frozenAs(table: { readonly [environment: string]: Choices }): Rule {
  return {
    id: "GKE-22",
    reason: "another choice makes another cluster, and the old one goes with all it holds",
    remedy: "take the change back; if a new cluster is meant, change the row in policies/gke/day-zero.ts",
    check: forEach(clusters, (cluster, stack, all) => {
      const { name } = stack.environment;
      const found = choicesOf(cluster, stack, all);
      const row = table[name];
      if (!row) {
        return [`${name} has no row; add ${JSON.stringify(found)}`];
      }
      const keys = [...new Set([...Object.keys(row), ...Object.keys(found)])].sort();
      return keys
        .filter((key) => row[key] !== found[key])
        .map((key) => `${key} was ${shown(row[key])} and is ${shown(found[key])}`);
    }),
  };
}

function choicesOf({ block }: AddressedBlock, { environment }: CheckedStack, all: readonly CheckedStack[]): Choices {
  const subnet = all
    .filter((stack) => stack.environment.name === environment.name)
    .flatMap((stack) => resources(stack, ["google_compute_subnetwork"]))
    .find((candidate) => String(block.subnetwork).endsWith(`/${candidate.block.name}`));
  const ranges = listOf(subnet?.block.secondary_ip_range).map((entry) => objectOf(entry));
  const found = [
    ...attributes.map((path) => [path, at(block, path)]),
    ["ranges.nodes", subnet?.block.ip_cidr_range],
    ...ranges.map((range) => [`ranges.${range.range_name}`, range.ip_cidr_range]),
  ];
  return Object.fromEntries(found.filter(([, value]) => value !== undefined)) as Choices;
}
