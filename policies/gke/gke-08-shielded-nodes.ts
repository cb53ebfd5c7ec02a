import { forEach, type Rule } from "../rule";
import { clusters, nodeTemplates, wants } from "./clusters";

export const shieldedNodes: Rule = {
  id: "GKE-08",
  reason: "a node that boots changed code, or that is no node at all, must not join",
  remedy: "set enable_shielded_nodes, and secure boot and integrity monitoring of all nodes",
  check: (stacks) => {
    const ofClusters = forEach(clusters, ({ block }) => wants(block, "enable_shielded_nodes", true))(stacks);
    const ofNodes = forEach(nodeTemplates, ({ block }) => [
      ...wants(block, "shielded_instance_config.enable_secure_boot", true),
      ...wants(block, "shielded_instance_config.enable_integrity_monitoring", true),
    ])(stacks);
    return {
      visited: ofClusters.visited + ofNodes.visited,
      findings: [...ofClusters.findings, ...ofNodes.findings],
    };
  },
};
