import { shown } from "../blocks";
import { forEach, type Rule } from "../rule";
import { vaultServers } from "./servers";

export const onDelete: Rule = {
  id: "VLT-10",
  reason: "a rollout of Kubernetes does not know which server is active, nor whether the others have caught up",
  remedy: "set server.updateStrategyType to OnDelete, and delete standbys first",
  check: forEach(vaultServers, ({ server }) =>
    server.updateStrategyType === "OnDelete" ? [] : [`updateStrategyType is ${shown(server.updateStrategyType)}`],
  ),
};
