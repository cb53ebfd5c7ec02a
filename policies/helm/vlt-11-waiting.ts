import { objectOf, shown } from "../blocks";
import { type AddressedRelease, isCustomResources, releases } from "../releases";
import { forEach, type Rule } from "../rule";
import { isVault } from "../vault-server/servers";

/** Kinds with pods that Helm can judge, and kinds whose removal it must wait for: their operator would be gone before. */
const judged = /^(Deployment|StatefulSet|DaemonSet|ClickHouseInstallation|ClickHouseKeeperInstallation|KafkaTopic)$/;

export const waiting: Rule = {
  id: "VLT-11",
  reason: "a sealed Vault is never ready and Helm cannot judge custom resources; all else must be ready to go on",
  remedy:
    "set wait to false for the Vault server and for CustomResources without pods of Kubernetes' own kinds, else to true",
  check: forEach(releases, (release) => {
    const { wait } = release.block;
    const expected = !isVault(release) && (!isCustomResources(release) || hasJudged(release));
    return wait === expected ? [] : [`wait is ${shown(wait)} for the chart ${release.block.chart}`];
  }),
};

function hasJudged({ values }: AddressedRelease): boolean {
  return values.some(({ objects }) =>
    Object.values(objectOf(objects)).some((object) => judged.test(String(objectOf(object).kind))),
  );
}
