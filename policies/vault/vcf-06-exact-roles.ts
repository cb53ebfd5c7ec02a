import { listOf, objectOf, resources, shown } from "../blocks";
import { type CheckedStack, forEach, type Item, type Rule } from "../rule";
import { vaultRoles } from "./access";

/** Seconds that a token of a role may live. */
const longest = 3600;

/** Seconds that the token of a person may live: a working day. */
const longestOfPeople = 8 * 3600;

interface Subject extends Item {
  readonly problems: readonly string[];
}

export const exactRoles: Rule = {
  id: "VCF-06",
  reason: "a role that any account or any audience may use gives its secrets to every pod",
  remedy: "bind exact accounts and namespaces, an audience, and a token_max_ttl of at most an hour",
  check: forEach(
    (stack) => [...ofAccounts(stack), ...ofPeople(stack), ...ofOthers(stack)],
    ({ problems }) => problems,
  ),
};

function ofAccounts(stack: CheckedStack): readonly Subject[] {
  return vaultRoles(stack).map(({ address, serviceAccounts, namespaces, audience, maxTtl }) => ({
    address,
    problems: [
      ...inexact("service accounts", serviceAccounts),
      ...inexact("namespaces", namespaces),
      ...(typeof audience === "string" && audience !== "" ? [] : [`audience is ${shown(audience)}`]),
      ...life(maxTtl, longest),
    ],
  }));
}

/** Roles of an identity provider's accounts. */
function ofPeople(stack: CheckedStack): readonly Subject[] {
  return resources(stack, ["vault_jwt_auth_backend_role"]).map(({ address, block }) => {
    const ttl = block.token_max_ttl;
    const claims = Object.values(objectOf(block.bound_claims));
    return {
      address,
      problems: [
        ...inexact("audiences", listOf(block.bound_audiences).map(String)),
        ...(claims.length > 0 && claims.every((claim) => claim !== "" && claim !== "*")
          ? []
          : [`bound_claims are ${shown(block.bound_claims)}`]),
        ...life(typeof ttl === "number" ? ttl : undefined, longestOfPeople),
      ],
    };
  });
}

/** Roles of methods that know nobody by name. */
function ofOthers(stack: CheckedStack): readonly Subject[] {
  return resources(stack, /^vault_.*auth_backend_role$/)
    .filter(({ type }) => !/^vault_(kubernetes|jwt)_/.test(type))
    .map(({ address, type }) => ({ address, problems: [`${type} binds no account of Kubernetes and no person`] }));
}

function life(seconds: number | undefined, limit: number): readonly string[] {
  return seconds !== undefined && seconds > 0 && seconds <= limit
    ? []
    : [`tokens live ${seconds === undefined ? "without a limit" : `${seconds} seconds`}`];
}

function inexact(what: string, names: readonly string[]): readonly string[] {
  const exact = names.length > 0 && names.every((name) => name !== "" && !name.includes("*"));
  return exact ? [] : [`${what} are ${shown(names)}`];
}
