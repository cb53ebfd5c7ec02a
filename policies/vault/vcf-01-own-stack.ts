import { resources } from "../blocks";
import { forEach, type Rule } from "../rule";
import { vaultServers } from "../vault-server/servers";

export const ownStack: Rule = {
  id: "VCF-01",
  reason: "Vault is configured once it is open, and a plan that starts it cannot reach it yet",
  remedy: "configure Vault in the layer secrets, after the layer that starts it",
  check: forEach(
    (stack) => resources(stack, /^vault_/),
    ({ type }, stack) => (vaultServers(stack).length > 0 ? [`a ${type} is beside the release of the servers`] : []),
  ),
};
