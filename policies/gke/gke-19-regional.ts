import { listOf, shown } from "../blocks";
import { forEach, type Rule } from "../rule";
import { clusters, guarded, pools } from "./clusters";

const region = /^[a-z]+-[a-z]+\d+$/;

export const regional: Rule = {
  id: "GKE-19",
  reason: "a zone is lost from time to time, and a control plane in one zone goes with it",
  remedy: "set location to a region, and node_locations to two zones or more",
  check: forEach(
    (stack) => (guarded(stack) ? [...clusters(stack), ...pools(stack)] : []),
    ({ block }) => [
      ...(region.test(String(block.location)) ? [] : [`location is ${shown(block.location)}`]),
      ...(new Set(listOf(block.node_locations)).size >= 2 ? [] : [`node_locations is ${shown(block.node_locations)}`]),
    ],
  ),
};
