import { providers } from "../blocks";
import { forEach, type Rule } from "../rule";

export const noToken: Rule = {
  id: "VCF-02",
  reason: "a token of Vault in a provider is long-lived, and often root",
  remedy: "configure the provider by useVault, which logs in with a service account",
  check: forEach(
    (stack) => providers(stack, ["vault"]),
    ({ block }) => [
      ...(block.token === undefined ? [] : ["token is set"]),
      ...(Object.keys(block).some((argument) => argument.startsWith("auth_login")) ? [] : ["there is no auth_login"]),
    ],
  ),
};
