import type { Rule } from "../rule";
import { noKeys } from "./iam-01-no-keys";
import { narrowRoles } from "./iam-02-narrow-roles";
import { ownFederation } from "./iam-03-own-federation";
import { namedActors } from "./iam-04-named-actors";
import { addedGrants } from "./iam-05-added-grants";
import { madeKeys } from "./iam-06-made-keys";
import { oneDeployer } from "./iam-07-one-deployer";
import { rolesOfThePlatform } from "./iam-08-roles-of-the-platform";
import { grantableOnly } from "./iam-09-grantable-roles";

/** Rules on who may act and what they may do on Google Cloud. */
export const identityRules: readonly Rule[] = [
  noKeys,
  narrowRoles,
  ownFederation,
  namedActors,
  addedGrants,
  madeKeys,
  oneDeployer,
  rolesOfThePlatform,
  grantableOnly,
];
