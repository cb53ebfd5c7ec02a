import { listOf, objectOf, resources, shown } from "../blocks";
import { forEach, type Rule } from "../rule";

const everybody = /\b(allUsers|allAuthenticatedUsers)\b/;

/** Basic roles of the project by another name: whoever may look at the project would read its data. */
const basicGroups = ["projectReaders", "projectWriters"];

export const namedReaders: Rule = {
  id: "GCP-02",
  reason: "tables that everybody may read are lost on the day somebody finds them",
  remedy: "make the dataset by AnalyticsDataset, and name groups, people or service accounts",
  check: forEach(
    (stack) => resources(stack, ["google_bigquery_dataset"]),
    ({ block }) => {
      const access = listOf(block.access).map(objectOf);
      return [
        // Without a list of our own, the viewers of the project read the tables.
        ...(access.length === 0 ? ["access is absent"] : []),
        ...access.flatMap(({ special_group: group, iam_member: member, domain }) => [
          ...(everybody.test(`${group} ${member}`) ? [`lets ${shown(group ?? member)} in`] : []),
          ...(basicGroups.includes(String(group)) ? [`lets ${shown(group)} in`] : []),
          ...(domain === undefined ? [] : [`lets the whole domain ${shown(domain)} in`]),
        ]),
      ];
    },
  ),
};
