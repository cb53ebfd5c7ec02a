import { listOf, objectOf, resources } from "../blocks";
import { guarded } from "../gke/clusters";
import { forEach, type Rule } from "../rule";

export const watchedCost: Rule = {
  id: "OBS-05",
  reason: "a loop that costs money is seen by its budget, or by the next invoice",
  remedy: "give google.billingAccount and google.observability.budget",
  check: forEach(
    (stack) => (stack.layer === "bootstrap" && guarded(stack) ? [{ address: "google_billing_budget" }] : []),
    (_, { environment }, all) => {
      const budgets = all
        .filter((stack) => stack.environment.name === environment.name)
        .flatMap((stack) => resources(stack, ["google_billing_budget"]))
        .map(({ block }) => block);
      const ofProject = budgets.filter(({ budget_filter: filter }) => listOf(objectOf(filter).projects).length === 1);
      return [
        ...(budgets.length > 0 ? [] : ["there is no budget"]),
        ...(budgets.length === ofProject.length ? [] : ["a budget counts other projects too"]),
        ...(budgets.some(({ threshold_rules: rules }) => listOf(rules).length === 0) ? ["a budget tells nobody"] : []),
      ];
    },
  ),
};
