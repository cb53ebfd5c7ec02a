import type { Rule } from "../rule";
import { noSecrets } from "./tf-01-no-secrets";
import { writeOnlyData } from "./tf-02-write-only-data";
import { noSecretData } from "./tf-03-no-secret-data";
import { noSensitiveValues } from "./tf-04-no-sensitive-values";
import { safeState } from "./tf-05-safe-state";
import { ownState } from "./tf-06-own-state";
import { providerFromOutside } from "./tf-07-provider-from-outside";
import { explicitCluster } from "./tf-08-explicit-cluster";
import { shortLivedCredentials } from "./tf-09-short-lived-credentials";
import { caWherePrivate } from "./tf-10-ca-where-private";
import { offlinePlan } from "./tf-11-offline-plan";
import { versionedTypes } from "./tf-12-versioned-types";
import { exactProviders } from "./tf-13-exact-providers";
import { declaredOutputs } from "./tf-15-declared-outputs";
import { keptData } from "./tf-16-kept-data";
import { lastingKeys } from "./tf-17-lasting-keys";

/** Rules on state, secrets and providers; TF-14 is the inventory of addresses. */
export const terraformRules: readonly Rule[] = [
  noSecrets,
  writeOnlyData,
  noSecretData,
  noSensitiveValues,
  safeState,
  ownState,
  providerFromOutside,
  explicitCluster,
  shortLivedCredentials,
  caWherePrivate,
  offlinePlan,
  versionedTypes,
  exactProviders,
  declaredOutputs,
  keptData,
  lastingKeys,
];
