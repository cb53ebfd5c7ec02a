import { shown } from "../blocks";
import { forEach, type Rule } from "../rule";
import { hclBlocks } from "./hcl";
import { at, vaultServers } from "./servers";

/** Fewest servers by tier; a laptop has room for one. */
const fewest = { prod: 5, staging: 3, dev: 3 } as const;

export const raftServers: Rule = {
  id: "VLT-01",
  reason: "a majority of the servers must outlive the loss of a zone, and only Raft keeps their data on several",
  remedy: "run them on Raft: 5 in prod, 3 in staging and dev, an odd number anywhere",
  check: forEach(vaultServers, ({ values, ha, replicas, hcl }, { environment: { tier } }) => [
    ...on(values, "server", "ha", "enabled"),
    ...on(values, "server", "ha", "raft", "enabled"),
    ...on(values, "server", "ha", "raft", "setNodeId"),
    ...off(values, "server", "standalone", "enabled"),
    ...off(values, "server", "dev", "enabled"),
    ...(replicas % 2 === 1 && replicas >= (tier ? fewest[tier] : 1) ? [] : [`replicas is ${shown(ha.replicas)}`]),
    ...(hclBlocks(hcl, "storage").length === 1 && /storage\s+"raft"/.test(hcl) ? [] : ["the storage is not raft"]),
  ]),
};

function on(values: object, ...path: readonly string[]): readonly string[] {
  const value = at({ ...values }, ...path);
  return value === true ? [] : [`${path.join(".")} is ${shown(value)}`];
}

/** Values that the chart itself has off may be left out. */
function off(values: object, ...path: readonly string[]): readonly string[] {
  const value = at({ ...values }, ...path);
  return value === false || (value === undefined && path.includes("dev"))
    ? []
    : [`${path.join(".")} is ${shown(value)}`];
}
