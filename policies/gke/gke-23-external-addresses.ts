import { forEach, type Rule } from "../rule";
import { clusters, wants } from "./clusters";

export const externalAddresses: Rule = {
  id: "GKE-23",
  reason: "a service with an external address of its choice takes the traffic of others (CVE-2020-8554)",
  remedy: "set service_external_ips_config.enabled to false",
  check: forEach(clusters, ({ block }) => wants(block, "service_external_ips_config.enabled", false)),
};
