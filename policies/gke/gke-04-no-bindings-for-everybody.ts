import { forEach, type Rule } from "../rule";
import { clusters, wants } from "./clusters";

export const noBindingsForEverybody: Rule = {
  id: "GKE-04",
  reason: "system:authenticated is everybody with a Google account",
  remedy: "set both switches of rbac_binding_config to false",
  check: forEach(clusters, ({ block }) =>
    ["system_authenticated", "system_unauthenticated"].flatMap((group) =>
      wants(block, `rbac_binding_config.enable_insecure_binding_${group}`, false),
    ),
  ),
};
