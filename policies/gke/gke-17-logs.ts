import { resources } from "../blocks";
import { forEach, type Rule } from "../rule";
import { at, clusters, wants, wantsWords } from "./clusters";

const logged = ["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER"];
const measured = ["SYSTEM_COMPONENTS", "APISERVER"];

export const logs: Rule = {
  id: "GKE-17",
  reason: "what was not logged cannot be found out afterwards",
  remedy: "log and measure the components named, see flows within a node, and log the flows of subnets with nodes",
  check: forEach(
    (stack) => [
      ...clusters(stack),
      // A subnet of proxies or of private service connect can have no flow logs.
      ...resources(stack, ["google_compute_subnetwork"]).filter(
        ({ block }) => block.purpose === undefined || block.purpose === "PRIVATE",
      ),
    ],
    ({ type, block }) =>
      type === "google_compute_subnetwork"
        ? at(block, "log_config") === undefined
          ? ["log_config is absent"]
          : []
        : [
            ...wantsWords(block, "logging_config.enable_components", logged),
            ...wantsWords(block, "monitoring_config.enable_components", measured),
            ...wants(block, "enable_intranode_visibility", true),
          ],
  ),
};
