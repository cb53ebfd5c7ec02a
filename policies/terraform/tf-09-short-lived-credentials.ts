import { clusterAccess, listOf, objectOf, providers } from "../blocks";
import { forEach, type Rule } from "../rule";

/** Credentials that do not renew themselves. */
const fixed = ["token", "username", "password", "client_certificate", "client_key"];

export const shortLivedCredentials: Rule = {
  id: "TF-09",
  reason: "a token from the start of a long apply has expired before its end",
  remedy: "use exec with the cloud's plugin",
  check: forEach(
    (stack) => providers(stack, ["kubernetes", "helm"]).filter((one) => clusterAccess(one).host !== undefined),
    (provider) => {
      const access = clusterAccess(provider);
      const exec = objectOf(listOf(access.exec)[0] ?? access.exec);
      return [
        ...fixed.filter((argument) => access[argument] !== undefined).map((argument) => `${argument} is set`),
        ...(typeof exec.command === "string" ? [] : ["exec.command is absent"]),
      ];
    },
  ),
};
