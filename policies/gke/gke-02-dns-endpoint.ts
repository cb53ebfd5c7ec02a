import { listOf } from "../blocks";
import { forEach, type Rule } from "../rule";
import { at, clusters, wants } from "./clusters";

export const dnsEndpoint: Rule = {
  id: "GKE-02",
  reason: "an address of the API server can be scanned, its DNS name asks IAM first",
  remedy: "allow the DNS endpoint and switch the IP endpoint off, or name the networks that need it",
  check: forEach(clusters, ({ block }) => {
    const networks = listOf(at(block, "master_authorized_networks_config.cidr_blocks"));
    return [
      ...wants(block, "control_plane_endpoints_config.dns_endpoint_config.allow_external_traffic", true),
      ...(networks.length > 0 ? [] : wants(block, "control_plane_endpoints_config.ip_endpoints_config.enabled", false)),
    ];
  }),
};
