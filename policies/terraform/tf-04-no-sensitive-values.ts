import { listOf, resources, shown } from "../blocks";
import { forEach, type Rule } from "../rule";

export const noSensitiveValues: Rule = {
  id: "TF-04",
  reason: "set_sensitive leaks through the release's metadata into the state",
  remedy: "name an existing Secret in the values; if the chart takes none, use set_wo with a set_wo_revision from 1",
  check: forEach(
    (stack) => resources(stack, ["helm_release"]),
    ({ block }) => {
      const revision = block.set_wo_revision;
      const unversioned = listOf(block.set_wo).length > 0 && !(Number(revision) >= 1);
      return [
        ...(block.set_sensitive === undefined ? [] : ["set_sensitive is set"]),
        ...(unversioned ? [`set_wo is set and set_wo_revision is ${shown(revision)}`] : []),
      ];
    },
  ),
};
