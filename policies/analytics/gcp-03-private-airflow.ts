import { listOf, objectOf, resources, shown } from "../blocks";
import { forEach, type Rule } from "../rule";

/** Shortest prefix of a range that may open the web page: a /8 is the largest private range. */
const shortestPrefix = 8;

export const privateAirflow: Rule = {
  id: "GCP-03",
  reason: "DAGs act on all data, so who reaches Airflow reaches the data",
  remedy: "make it by Composer, with google.analytics.composer.webServerRanges",
  check: forEach(
    (stack) => resources(stack, ["google_composer_environment"]),
    ({ block }) => {
      const config = objectOf(block.config);
      const node = objectOf(config.node_config);
      const ranges = listOf(objectOf(config.web_server_network_access_control).allowed_ip_range).map(
        (entry) => objectOf(entry).value,
      );
      return [
        ...(config.enable_private_environment === true
          ? []
          : [`enable_private_environment is ${shown(config.enable_private_environment)}`]),
        // The default account of Compute Engine may do nearly everything in a project.
        ...(node.service_account === undefined ? ["runs as the default account"] : []),
        // The provider drops an empty list, and Google then lets everybody in.
        ...(ranges.length === 0 ? ["every address opens the web page"] : []),
        ...ranges
          .filter((range) => !(Number(String(range).split("/")[1] ?? 32) >= shortestPrefix))
          .map((range) => `${shown(range)} opens the web page`),
      ];
    },
  ),
};
