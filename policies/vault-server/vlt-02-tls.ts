import { shown } from "../blocks";
import { forEach, type Rule } from "../rule";
import { hclArgument, hclBlocks } from "./hcl";
import { at, vaultServers } from "./servers";

export const tlsEndToEnd: Rule = {
  id: "VLT-02",
  reason: "the chart serves without TLS in two places unless it is told otherwise, and tokens travel with each request",
  remedy: "set global.tlsDisable to false, and certificate, key and tls_min_version in every listener",
  check: forEach(vaultServers, ({ values, hcl }) => {
    const listeners = hclBlocks(hcl, "listener");
    const disabled = at(values, "global", "tlsDisable");
    return [
      ...(disabled === false ? [] : [`global.tlsDisable is ${shown(disabled)}`]),
      ...(listeners.length > 0 ? [] : ["there is no listener"]),
      ...listeners.flatMap((listener, index) => listenerProblems(listener, `listener ${index}`)),
    ];
  }),
};

function listenerProblems(listener: string, name: string): readonly string[] {
  const disabled = hclArgument(listener, "tls_disable");
  const least = hclArgument(listener, "tls_min_version");
  return [
    ...(disabled === undefined || ["0", "false"].includes(disabled) ? [] : [`${name} has tls_disable = ${disabled}`]),
    ...["tls_cert_file", "tls_key_file"].flatMap((argument) =>
      hclArgument(listener, argument) ? [] : [`${name} has no ${argument}`],
    ),
    ...(least === "tls12" || least === "tls13" ? [] : [`${name} has tls_min_version ${least ?? "absent"}`]),
  ];
}
