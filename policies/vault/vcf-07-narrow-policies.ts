import { forEach, type Rule } from "../rule";
import { policyPaths } from "./access";

export const narrowPolicies: Rule = {
  id: "VCF-07",
  reason: "a consumer that may read a wildcard reads the secrets of all others too",
  remedy: "grant by VaultSecrets.grantRead; what must have more needs an exception with its reason",
  check: forEach(policyPaths, ({ path, capabilities, consumer }) => {
    const bare = path.replaceAll(/[*+/]/g, "") === "";
    return [
      ...(capabilities.includes("sudo") ? [`"${path}" has sudo`] : []),
      ...(capabilities.length === 0 ? [`"${path}" states no capabilities`] : []),
      ...(bare || (consumer && /[*+]/.test(path)) ? [`"${path}" is a wildcard`] : []),
    ];
  }),
};
