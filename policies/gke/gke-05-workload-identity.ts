import { forEach, type Rule } from "../rule";
import { clusters, pools, wants } from "./clusters";

export const workloadIdentity: Rule = {
  id: "GKE-05",
  reason: "without an identity of its own a pod acts as its node",
  remedy: "set workload_identity_config.workload_pool, and GKE_METADATA on every pool",
  check: forEach(
    (stack) => [...clusters(stack), ...pools(stack)],
    ({ type, block }, { environment }) =>
      type === "google_container_cluster"
        ? wants(block, "workload_identity_config.workload_pool", `${environment.project}.svc.id.goog`)
        : wants(block, "node_config.workload_metadata_config.mode", "GKE_METADATA"),
  ),
};
