import { shown } from "../blocks";
import { forEach, type Rule } from "../rule";
import { hclArgument } from "./hcl";
import { vaultServers } from "./servers";

/** Arguments that open what should be closed. */
const unsafe = ["unauthenticated_metrics_access", "unauthenticated_pprof_access", "raw_storage_endpoint"];

export const safeParameters: Rule = {
  id: "VLT-15",
  reason: "some parameters answer without a token, or let a policy's template reach further than it says",
  remedy: "set deny_slash_in_templated_paths, an api_addr by https, and none of the parameters that open the servers",
  check: forEach(vaultServers, ({ ha, hcl, distribution }) => {
    const slash = hclArgument(hcl, "deny_slash_in_templated_paths");
    const address = ha.apiAddr ?? hclArgument(hcl, "api_addr");
    return [
      // OpenBao has no such parameter.
      ...(distribution !== "vault" || slash === "true"
        ? []
        : [`deny_slash_in_templated_paths is ${slash ?? "absent"}`]),
      ...(String(address).startsWith("https://") ? [] : [`the API address is ${shown(address)}`]),
      ...unsafe.filter((name) => isOn(hclArgument(hcl, name))).map((name) => `${name} is on`),
    ];
  }),
};

function isOn(value: string | undefined): boolean {
  return value !== undefined && value !== "false";
}
