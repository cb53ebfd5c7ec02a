import { forEach, type Rule } from "../rule";
import { addedPools, clusters, pools, wants } from "./clusters";

const port = "insecure_kubelet_readonly_port_enabled";

export const kubeletPort: Rule = {
  id: "GKE-15",
  reason: "port 10255 tells every pod what runs on its node, without asking who it is",
  remedy: "set it to FALSE for the cluster's defaults and on every pool, since one does not change the other",
  check: forEach(
    (stack) => [...clusters(stack), ...pools(stack)],
    (item) =>
      item.type === "google_container_node_pool"
        ? wants(item.block, `node_config.kubelet_config.${port}`, "FALSE")
        : [
            ...wants(item.block, `node_pool_defaults.node_config_defaults.${port}`, "FALSE"),
            ...(addedPools(item).length > 0
              ? wants(item.block, `node_pool_auto_config.node_kubelet_config.${port}`, "FALSE")
              : []),
          ],
  ),
};
