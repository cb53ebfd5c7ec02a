import { objectOf, resources, shown } from "../blocks";
import { forEach, type Rule } from "../rule";

export const privateModels: Rule = {
  id: "GCP-04",
  reason: "a model tells what it learned from, and a notebook holds whatever somebody worked on",
  remedy: "make them by HealingModel and Workbench",
  check: forEach(
    (stack) => resources(stack, ["google_vertex_ai_endpoint", "google_workbench_instance"]),
    ({ type, block }) => {
      if (type === "google_vertex_ai_endpoint") {
        const connected = objectOf(block.private_service_connect_config).enable_private_service_connect === true;
        return connected || block.network !== undefined ? [] : ["answers outside the network"];
      }
      const setup = objectOf(block.gce_setup);
      const shielded = objectOf(setup.shielded_instance_config);
      return [
        ...(setup.disable_public_ip === true ? [] : [`disable_public_ip is ${shown(setup.disable_public_ip)}`]),
        ...(shielded.enable_secure_boot === true ? [] : ["boots what nobody signed"]),
        ...(setup.service_accounts === undefined ? ["runs as the default account"] : []),
      ];
    },
  ),
};
