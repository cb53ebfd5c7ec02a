import { strings } from "../blocks";
import { forEach, type Rule } from "../rule";
import { hclArgument, hclBlocks } from "./hcl";
import { at, vaultServers } from "./servers";

export const keylessSeal: Rule = {
  id: "VLT-04",
  reason: "a file with credentials of Google opens Vault for whoever has it",
  remedy: "seal by gcpckms without credentials, and annotate the servers' account for Workload Identity",
  check: forEach(
    (stack) => (stack.environment.project ? vaultServers(stack) : []),
    ({ values, hcl }) => {
      const seals = hclBlocks(hcl, "seal");
      const annotations = at(values, "server", "serviceAccount", "annotations") as object | undefined;
      return [
        ...(seals.length === 1 && /seal\s+"gcpckms"/.test(hcl) ? [] : ["the seal is not gcpckms"]),
        ...seals.flatMap((seal) =>
          hclArgument(seal, "credentials") === undefined ? [] : ["the seal has credentials"],
        ),
        ...strings(values)
          .filter(({ value }) => value.includes("GOOGLE_APPLICATION_CREDENTIALS"))
          .map(({ address }) => `${address} names GOOGLE_APPLICATION_CREDENTIALS`),
        ...(annotations && "iam.gke.io/gcp-service-account" in annotations
          ? []
          : ["the servers' account has no annotation of Workload Identity"]),
      ];
    },
  ),
};
