import { clusterAccess, providers, shown } from "../blocks";
import { forEach, type Rule } from "../rule";

export const explicitCluster: Rule = {
  id: "TF-08",
  reason: "the current context of whoever runs Terraform may be any cluster",
  remedy: "configure the provider by useCluster",
  check: forEach(
    (stack) => providers(stack, ["kubernetes", "helm"]),
    (provider, { environment }) => {
      const { host, config_path: path, config_context: context } = clusterAccess(provider);
      if (environment.context === undefined) {
        return [
          ...(typeof host === "string" && host !== "" ? [] : [`host is ${shown(host)}`]),
          ...(context === undefined ? [] : [`config_context is ${shown(context)} on a cluster of Google Cloud`]),
        ];
      }
      return [
        ...(typeof path === "string" && path !== "" ? [] : [`config_path is ${shown(path)}`]),
        ...(context === environment.context
          ? []
          : [`config_context is ${shown(context)}, and the environment's is "${environment.context}"`]),
      ];
    },
  ),
};
