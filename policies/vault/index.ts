import type { Rule } from "../rule";
import { stableVersion } from "./eso-01-stable-version";
import { namespacedStores } from "./eso-02-namespaced-stores";
import { unusedKinds } from "./eso-03-unused-kinds";
import { narrowFlows } from "./eso-04-narrow-flows";
import { ownAccount } from "./eso-05-own-account";
import { ownStack } from "./vcf-01-own-stack";
import { noToken } from "./vcf-02-no-token";
import { recoveryKeys } from "./vcf-03-recovery-keys";
import { auditFirst } from "./vcf-04-audit-first";
import { ownReviewer } from "./vcf-05-own-reviewer";
import { exactRoles } from "./vcf-06-exact-roles";
import { narrowPolicies } from "./vcf-07-narrow-policies";
import { boundedVersions } from "./vcf-08-bounded-versions";
import { requestQuotas } from "./vcf-09-request-quotas";

/** Rules on Vault's configuration and the way of secrets out of it. */
export const vaultRules: readonly Rule[] = [
  ownStack,
  noToken,
  recoveryKeys,
  auditFirst,
  ownReviewer,
  exactRoles,
  narrowPolicies,
  boundedVersions,
  requestQuotas,
  stableVersion,
  namespacedStores,
  unusedKinds,
  narrowFlows,
  ownAccount,
];
