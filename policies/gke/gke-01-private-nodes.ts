import { forEach, type Rule } from "../rule";
import { clusters, wants } from "./clusters";

export const privateNodes: Rule = {
  id: "GKE-01",
  reason: "a node with a public address can be reached by everybody",
  remedy: "set private_cluster_config.enable_private_nodes; pods go out by Cloud NAT",
  check: forEach(clusters, ({ block }) => wants(block, "private_cluster_config.enable_private_nodes", true)),
};
