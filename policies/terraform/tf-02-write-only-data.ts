import { resources, shown } from "../blocks";
import { forEach, type Rule } from "../rule";

export const writeOnlyData: Rule = {
  id: "TF-02",
  reason: "data_json is kept in the state, data_json_wo is not",
  remedy: "declare the secret by VaultSecrets.secret",
  check: forEach(
    (stack) => resources(stack, ["vault_kv_secret_v2", "vault_kv_secret", "vault_generic_secret"]),
    ({ type, block }) => {
      if (type !== "vault_kv_secret_v2") {
        return [`${type} has no write-only data`];
      }
      const version = block.data_json_wo_version;
      return [
        ...(block.data_json === undefined ? [] : ["data_json is set"]),
        ...(block.data_json_wo === undefined ? ["data_json_wo is absent"] : []),
        ...(Number.isInteger(version) && Number(version) >= 1 ? [] : [`data_json_wo_version is ${shown(version)}`]),
      ];
    },
  ),
};
