import { forEach, type Rule } from "../rule";
import { clusters, wants } from "./clusters";

export const deletionProtection: Rule = {
  id: "GKE-21",
  reason: "a protection that is left to the provider's default is on, and then dev needs two applies to go",
  remedy: "set deletion_protection from DeploySettings.allowDestroy in every environment",
  check: forEach(clusters, ({ block }, { environment }) =>
    wants(block, "deletion_protection", !environment.allowDestroy),
  ),
};
