import type { Rule } from "../rule";
import { stableVersion } from "./eso-01-stable-version";
import { namespacedStores } from "./eso-02-namespaced-stores";
import { ownAccount } from "./eso-05-own-account";
import { noToken } from "./vcf-02-no-token";
import { exactRoles } from "./vcf-06-exact-roles";
import { narrowPolicies } from "./vcf-07-narrow-policies";

/** Rules on Vault's configuration and the way of secrets out of it. */
export const vaultRules: readonly Rule[] = [
  noToken,
  exactRoles,
  narrowPolicies,
  stableVersion,
  namespacedStores,
  ownAccount,
];
