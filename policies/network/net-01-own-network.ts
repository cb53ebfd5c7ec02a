import { listOf, objectOf, resources, shown } from "../blocks";
import { type CheckedStack, forEach, type Rule } from "../rule";
import { subnetworks } from "./networks";

const kinds = ["google_compute_network", "google_container_cluster"];

export const ownNetwork: Rule = {
  id: "NET-01",
  reason: "ranges that nobody chose overlap, and nodes without private access reach Google's APIs by the internet",
  remedy: "make the network by GkeNetwork",
  check: forEach(
    (stack) => [...resources(stack, kinds), ...subnetworks(stack)],
    ({ type, block }, { environment }, all) => {
      switch (type) {
        case "google_compute_network":
          return block.auto_create_subnetworks === false
            ? []
            : [`auto_create_subnetworks is ${shown(block.auto_create_subnetworks)}`];
        case "google_container_cluster":
          return rangesOf(block, environment.name, all);
        default:
          return [
            ...(block.private_ip_google_access === true
              ? []
              : [`private_ip_google_access is ${shown(block.private_ip_google_access)}`]),
            ...(objectOf(block.log_config).metadata === "INCLUDE_ALL_METADATA" ? [] : ["flows have no log"]),
          ];
      }
    },
  ),
};

/** A cluster takes its ranges from the subnetwork; in a shared network that is another project's. */
function rangesOf(cluster: object, environment: string, all: readonly CheckedStack[]): readonly string[] {
  const policy = objectOf(objectOf(cluster).ip_allocation_policy);
  const made = all.filter((stack) => stack.environment.name === environment).flatMap(subnetworks);
  const names = made.flatMap(({ block }) =>
    listOf(block.secondary_ip_range).map((range) => objectOf(range).range_name),
  );
  return ["cluster_secondary_range_name", "services_secondary_range_name"].flatMap((key) => {
    if (policy[key] === undefined) return [`ip_allocation_policy.${key} is absent`];
    return made.length === 0 || names.includes(policy[key])
      ? []
      : [`ip_allocation_policy.${key} is ${shown(policy[key])}, which the subnetwork does not have`];
  });
}
