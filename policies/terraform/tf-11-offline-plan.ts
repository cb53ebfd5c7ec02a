import { providers, resources } from "../blocks";
import { forEach, type Rule } from "../rule";

export const offlinePlan: Rule = {
  id: "TF-11",
  reason: "kubernetes_manifest needs the definitions and a live API server at plan",
  remedy: "deliver the object by CustomResources",
  check: forEach(
    (stack) => [...resources(stack), ...providers(stack, ["kubernetes", "helm"])],
    ({ type, block }) => [
      ...(type === "kubernetes_manifest" ? ["is a kubernetes_manifest"] : []),
      ...(block.experiments === undefined ? [] : ["experiments is set"]),
    ],
  ),
};
