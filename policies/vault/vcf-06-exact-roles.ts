import { shown } from "../blocks";
import { forEach, type Rule } from "../rule";
import { vaultRoles } from "./access";

/** Seconds that a token of a role may live. */
const longest = 3600;

export const exactRoles: Rule = {
  id: "VCF-06",
  reason: "a role that any account or any audience may use gives its secrets to every pod",
  remedy: "bind exact accounts and namespaces, an audience, and a token_max_ttl of at most an hour",
  check: forEach(vaultRoles, ({ serviceAccounts, namespaces, audience, maxTtl }) => [
    ...inexact("service accounts", serviceAccounts),
    ...inexact("namespaces", namespaces),
    ...(typeof audience === "string" && audience !== "" ? [] : [`audience is ${shown(audience)}`]),
    ...(maxTtl !== undefined && maxTtl > 0 && maxTtl <= longest
      ? []
      : [`tokens live ${maxTtl === undefined ? "without a limit" : `${maxTtl} seconds`}`]),
  ]),
};

function inexact(what: string, names: readonly string[]): readonly string[] {
  const exact = names.length > 0 && names.every((name) => !name.includes("*"));
  return exact ? [] : [`${what} are ${shown(names)}`];
}
