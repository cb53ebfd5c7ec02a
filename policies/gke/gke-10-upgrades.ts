import { type AddressedBlock, shown } from "../blocks";
import { type CheckedStack, forEach, type Rule } from "../rule";
import { addedPools, clusters, pools, wants, wantsText } from "./clusters";

export const upgrades: Rule = {
  id: "GKE-10",
  reason: "a version that is pinned, or a node that is not repaired, is old when it matters",
  remedy:
    "take versions from a release channel (STABLE in prod) in a maintenance window, and let nodes repair and upgrade themselves",
  check: forEach(
    (stack) => [...clusters(stack), ...pools(stack), ...clusters(stack).flatMap(addedPools)],
    (item, stack) => (isCluster(item) ? ofCluster(item, stack) : ofNodes(item)),
  ),
};

function isCluster({ type, address }: AddressedBlock): boolean {
  return type === "google_container_cluster" && address.split(".").length === 2;
}

function ofCluster({ block }: AddressedBlock, { environment }: CheckedStack): readonly string[] {
  const channels = environment.tier === "prod" ? ["STABLE"] : ["REGULAR", "STABLE"];
  const pinned = ["min_master_version", "node_version"].filter((attribute) => block[attribute] !== undefined);
  return [
    ...wants(block, "release_channel.channel", ...channels),
    ...wantsText(block, "maintenance_policy.recurring_window.recurrence"),
    ...pinned.map((attribute) => `${attribute} is ${shown(block[attribute])}`),
  ];
}

function ofNodes({ block }: AddressedBlock): readonly string[] {
  return [
    ...wants(block, "management.auto_repair", true),
    ...wants(block, "management.auto_upgrade", true),
    ...(block.version === undefined ? [] : [`version is ${shown(block.version)}`]),
  ];
}
