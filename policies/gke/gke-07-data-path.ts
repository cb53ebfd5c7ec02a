import { shown } from "../blocks";
import { forEach, type Rule } from "../rule";
import { at, clusters, wants } from "./clusters";

export const dataPath: Rule = {
  id: "GKE-07",
  reason: "Dataplane V2 enforces network policies itself, and Calico beside it would fight over them",
  remedy: "set datapath_provider to ADVANCED_DATAPATH and leave the Calico add-on out",
  check: forEach(clusters, ({ block }) => {
    const addon = at(block, "addons_config.network_policy_config.disabled");
    return [
      ...wants(block, "datapath_provider", "ADVANCED_DATAPATH"),
      ...(block.network_policy === undefined ? [] : ["network_policy is set"]),
      ...(addon === undefined || addon === true
        ? []
        : [`addons_config.network_policy_config.disabled is ${shown(addon)}`]),
    ];
  }),
};
