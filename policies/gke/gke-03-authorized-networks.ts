import { listOf, objectOf, shown } from "../blocks";
import { forEach, type Rule } from "../rule";
import { at, clusters, guarded, wants } from "./clusters";

const path = "master_authorized_networks_config";

export const authorizedNetworks: Rule = {
  id: "GKE-03",
  reason: "an API server with an address that anybody may call is one stolen token away from everybody",
  remedy: "switch the IP endpoint off, or name private networks in google.cluster.authorizedNetworks",
  check: forEach(clusters, ({ block }, stack) => {
    if (at(block, "control_plane_endpoints_config.ip_endpoints_config.enabled") === false) {
      return [];
    }
    const networks = listOf(at(block, `${path}.cidr_blocks`)).map((entry) => objectOf(entry).cidr_block);
    return [
      ...(networks.length > 0 ? [] : [`${path}.cidr_blocks is empty`]),
      ...networks.filter((range) => String(range).endsWith("/0")).map((range) => `${shown(range)} is everybody`),
      ...wants(block, `${path}.gcp_public_cidrs_access_enabled`, false),
      ...(guarded(stack) ? wants(block, "private_cluster_config.enable_private_endpoint", true) : []),
    ];
  }),
};
