import { type AddressedBlock, objectOf, resources, shown } from "../blocks";
import { guarded } from "../gke/clusters";
import { type CheckedStack, forEach, type Rule } from "../rule";

/** Days that a month has: what is found after a holiday can still be looked up. */
const shortest = 30;

export const keptLogs: Rule = {
  id: "OBS-03",
  reason: "logs that are gone, readable by others or spread over two places prove nothing",
  remedy: "make ProjectLogs with a key of the environment and days of 30 or more",
  check: forEach(
    (stack) => [
      ...resources(stack, ["google_logging_project_bucket_config"]),
      ...(stack.layer === "bootstrap"
        ? [{ type: "sinks", name: "", block: {}, address: "google_logging_project_sink" }]
        : []),
    ],
    (item, stack, all) => (item.type === "sinks" ? sinkProblems(stack, all) : bucketProblems(item, stack)),
  ),
};

function bucketProblems({ block }: AddressedBlock, stack: CheckedStack): readonly string[] {
  const key = objectOf(block.cmek_settings).kms_key_name;
  const days = Number(block.retention_days ?? 0);
  return [
    ...(days >= shortest ? [] : [`retention_days is ${shown(block.retention_days)}`]),
    ...(!guarded(stack) || (typeof key === "string" && key !== "") ? [] : ["has no key of our own"]),
  ];
}

/** Each environment keeps who did what, and lets nothing go to the bucket that is in no region and under no key. */
function sinkProblems({ environment }: CheckedStack, all: readonly CheckedStack[]): readonly string[] {
  const sinks = all
    .filter((stack) => stack.environment.name === environment.name)
    .flatMap((stack) => resources(stack, ["google_logging_project_sink"]))
    .map(({ block }) => block)
    .filter(({ disabled }) => disabled !== true);
  const kept = (log: string) =>
    sinks.some(
      ({ name, filter }) =>
        name !== "_Default" && String(filter).includes(`log_id("cloudaudit.googleapis.com/${log}")`),
    );
  const standard = sinks.find(({ name }) => name === "_Default");
  return [
    ...["activity", "data_access"].filter((log) => !kept(log)).map((log) => `no sink keeps ${log}`),
    ...(standard && !String(standard.destination).includes("/locations/global/")
      ? []
      : ["_Default goes to the global bucket"]),
  ];
}
