import { resources } from "../blocks";
import { forEach, type Rule } from "../rule";

/** Arguments of Kubernetes secrets that end up in the state. */
const readable = ["data", "binary_data"];

export const noSecretData: Rule = {
  id: "TF-03",
  reason: "data of a Kubernetes secret is kept in the state",
  remedy: "let External Secrets make it from Vault, or use data_wo with data_wo_revision",
  check: forEach(
    (stack) => resources(stack, /^kubernetes_/),
    ({ type, block }) =>
      /^kubernetes_secret/.test(type)
        ? readable.filter((argument) => block[argument] !== undefined).map((argument) => `${argument} is set`)
        : [],
  ),
};
