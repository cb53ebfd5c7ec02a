import type { Block } from "../../stacks/stack-json";
import { listOf, objectOf, resources, shown } from "../blocks";
import { type CheckedStack, forEach, type Rule } from "../rule";

export const silentFindings: Rule = {
  id: "GCP-05",
  reason: "classes that nothing enforces, findings that quote and findings that everybody expects protect nobody",
  remedy: "make them by Classification and DataInspection, which leaves out columns with a tag",
  check: forEach(
    (stack) =>
      resources(stack, [
        "google_data_catalog_taxonomy",
        "google_data_loss_prevention_inspect_template",
        "google_data_loss_prevention_job_trigger",
      ]),
    ({ type, block }, stack) => {
      if (type === "google_data_catalog_taxonomy") {
        return listOf(block.activated_policy_types).includes("FINE_GRAINED_ACCESS_CONTROL")
          ? []
          : [`activated_policy_types is ${shown(block.activated_policy_types)}`];
      }
      if (type === "google_data_loss_prevention_inspect_template") {
        return objectOf(block.inspect_config).include_quote === true ? ["findings quote what they found"] : [];
      }
      const job = objectOf(block.inspect_job);
      const actions = listOf(job.actions).map(objectOf);
      return [
        ...(objectOf(job.inspect_config).include_quote === true ? ["findings quote what they found"] : []),
        ...(actions.some((action) => action.save_findings !== undefined) ? [] : ["findings are not kept"]),
        ...(actions.some((action) => action.pub_sub !== undefined) ? [] : ["nobody hears of findings"]),
        ...expectedFindings(objectOf(objectOf(job.storage_config).big_query_options), stack),
      ];
    },
  ),
};

/** Columns that are known to hold personal data: what is found in them would hide what nobody expects. */
function expectedFindings(options: Block, stack: CheckedStack): readonly string[] {
  const { dataset_id: dataset, table_id: table } = objectOf(options.table_reference);
  const left = listOf(options.excluded_fields).map((field) => objectOf(field).name);
  return resources(stack, ["google_bigquery_table"])
    .filter(({ block }) => block.dataset_id === dataset && block.table_id === table)
    .flatMap(({ block }) => listOf(JSON.parse(String(block.schema ?? "[]"))).map(objectOf))
    .filter((column) => column.policyTags !== undefined && !left.includes(column.name))
    .map((column) => `finds again and again what the column ${shown(column.name)} is known to hold`);
}
