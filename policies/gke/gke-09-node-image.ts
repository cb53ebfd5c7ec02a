import { forEach, type Rule } from "../rule";
import { addedPools, clusters, pools, wants } from "./clusters";

export const nodeImage: Rule = {
  id: "GKE-09",
  reason: "Container-Optimized OS has no package manager, and its root file system is verified",
  remedy: "set image_type to COS_CONTAINERD",
  check: forEach(
    (stack) => [...pools(stack), ...clusters(stack).flatMap(addedPools)],
    ({ type, block }) =>
      wants(block, type === "google_container_node_pool" ? "node_config.image_type" : "image_type", "COS_CONTAINERD"),
  ),
};
