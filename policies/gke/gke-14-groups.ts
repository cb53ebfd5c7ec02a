import { forEach, type Rule } from "../rule";
import { clusters, guarded, wants } from "./clusters";

export const groups: Rule = {
  id: "GKE-14",
  reason: "who leaves a group loses its rights at once, a person's own bindings stay",
  remedy: "set authenticator_groups_config.security_group to gke-security-groups@<domain of the organization>",
  check: forEach(
    (stack) => (guarded(stack) && stack.environment.domain !== undefined ? clusters(stack) : []),
    ({ block }, { environment }) =>
      wants(block, "authenticator_groups_config.security_group", `gke-security-groups@${environment.domain}`),
  ),
};
