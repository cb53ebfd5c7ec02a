import { forEach, type Rule } from "../rule";
import { clusters, wants } from "./clusters";

export const noLastingCredentials: Rule = {
  id: "GKE-13",
  reason: "a client certificate cannot be taken back, ABAC goes past RBAC, and an alpha cluster has no support",
  remedy: "set all three to false",
  check: forEach(clusters, ({ block }) => [
    ...wants(block, "master_auth.client_certificate_config.issue_client_certificate", false),
    ...wants(block, "enable_legacy_abac", false),
    ...wants(block, "enable_kubernetes_alpha", false),
  ]),
};
