import { resources, shown } from "../blocks";
import { type CheckedStack, forEach, type Item, type Rule } from "../rule";

interface Quotas extends Item {
  readonly problems: readonly string[];
}

export const requestQuotas: Rule = {
  id: "VCF-09",
  reason: "one client that asks without end takes Vault away from all others",
  remedy: "set a rate limit for all of Vault by vault_quota_rate_limit",
  check: forEach(quotas, ({ problems }) => problems),
};

/** Where people depend on it; elsewhere a limit may be there as well. */
function quotas(stack: CheckedStack): readonly Quotas[] {
  if (stack.layer !== "secrets" || stack.environment.tier !== "prod") {
    return [];
  }
  const limits = resources(stack, ["vault_quota_rate_limit"]);
  const global = limits.filter(({ block }) => block.path === undefined || block.path === "");
  return [
    {
      address: "vault_quota_rate_limit",
      problems: global.length === 1 ? [] : [`${global.length} limits hold for all of Vault`],
    },
    ...limits.map(({ address, block }) => ({
      address,
      problems: Number(block.rate) > 0 ? [] : [`rate is ${shown(block.rate)}`],
    })),
  ];
}
