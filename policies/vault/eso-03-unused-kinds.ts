import { shown } from "../blocks";
import { releases } from "../releases";
import { forEach, type Rule } from "../rule";

/** Kinds of the whole cluster, and those that write secrets to the outside. */
const unused = ["processClusterExternalSecret", "processClusterStore", "processClusterPushSecret", "processPushSecret"];

export const unusedKinds: Rule = {
  id: "ESO-03",
  reason: "a kind that nobody uses gives whoever can create it the operator's rights",
  remedy: "set it to false in the values of ExternalSecretsOperator",
  check: forEach(
    (stack) => releases(stack).filter(({ block }) => String(block.chart).split("/").at(-1) === "external-secrets"),
    ({ values }, { environment }) =>
      unused
        // A source with a store of the cluster uses that kind; rule ESO-02 keeps it to named namespaces.
        .filter((name) => name !== "processClusterStore" || environment.secretSource !== "onepassword")
        .map(
          (name) => [name, values.map((document) => document[name]).findLast((value) => value !== undefined)] as const,
        )
        .filter(([, value]) => value !== false)
        .map(([name, value]) => `${name} is ${shown(value)}`),
  ),
};
