import { listOf, shown } from "../blocks";
import { forEach, type Rule } from "../rule";
import { at, clusters, pools, wants } from "./clusters";

export const ownPools: Rule = {
  id: "GKE-20",
  reason: "a change of a pool inside the cluster replaces the cluster, and a fixed size fights the autoscaler",
  remedy: "remove the first pool, make pools as resources of their own, and leave their size to the autoscaler",
  check: forEach(
    (stack) => [...clusters(stack), ...pools(stack)],
    ({ type, block }) =>
      type === "google_container_cluster"
        ? [
            ...wants(block, "remove_default_node_pool", true),
            ...wants(block, "initial_node_count", 1),
            ...(block.node_pool === undefined ? [] : ["node_pool is set"]),
          ]
        : [
            ...(block.node_count === undefined ? [] : [`node_count is ${shown(block.node_count)}`]),
            ...(at(block, "autoscaling") === undefined ? ["autoscaling is absent"] : []),
            ...(listOf(at(block, "lifecycle.ignore_changes")).includes("initial_node_count")
              ? []
              : ["lifecycle.ignore_changes has no initial_node_count"]),
          ],
  ),
};
