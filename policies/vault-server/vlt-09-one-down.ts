import { objectOf, shown } from "../blocks";
import { forEach, type Rule } from "../rule";
import { vaultServers } from "./servers";

export const oneDown: Rule = {
  id: "VLT-09",
  reason: "the chart lets two of five go at once, and a vote must survive one more failure meanwhile",
  remedy: "set server.ha.disruptionBudget.maxUnavailable to 1",
  check: forEach(
    (stack) => vaultServers(stack).filter(({ replicas }) => replicas > 1),
    ({ ha }) => {
      const { enabled, maxUnavailable } = objectOf(ha.disruptionBudget);
      return [
        ...(enabled === true ? [] : [`disruptionBudget.enabled is ${shown(enabled)}`]),
        ...(maxUnavailable === 1 ? [] : [`disruptionBudget.maxUnavailable is ${shown(maxUnavailable)}`]),
      ];
    },
  ),
};
