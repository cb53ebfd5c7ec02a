import { shown } from "../blocks";
import { isCustomResources, releases } from "../releases";
import { forEach, type Rule } from "../rule";
import { isVault } from "../vault-server/servers";

export const waiting: Rule = {
  id: "VLT-11",
  reason: "a sealed Vault is never ready and Helm cannot judge custom resources; all else must be ready to go on",
  remedy: "set wait to false for the Vault server and CustomResources only",
  check: forEach(releases, (release) => {
    const { wait } = release.block;
    const expected = !(isVault(release) || isCustomResources(release));
    return wait === expected ? [] : [`wait is ${shown(wait)} for the chart ${release.block.chart}`];
  }),
};
