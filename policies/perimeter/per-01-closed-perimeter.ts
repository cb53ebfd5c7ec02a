import { listOf, objectOf, resources, shown } from "../blocks";
import { forEach, type Rule } from "../rule";

/** Where data is, and what decides which images run. */
const needed = [
  "bigquery.googleapis.com",
  "binaryauthorization.googleapis.com",
  "compute.googleapis.com",
  "containeranalysis.googleapis.com",
  "datacatalog.googleapis.com",
  "secretmanager.googleapis.com",
  "sqladmin.googleapis.com",
  "storage.googleapis.com",
];

export const closedPerimeter: Rule = {
  id: "PER-01",
  reason: "a perimeter that lets everybody in, or data out, is a line on paper",
  remedy: "make ServicePerimeter and name who may come in",
  check: forEach(
    (stack) => resources(stack, ["google_access_context_manager_service_perimeter"]),
    ({ block }) => {
      const rules = [block.status, block.spec].map(objectOf).filter((part) => Object.keys(part).length > 0);
      if (rules.length === 0) {
        return ["has neither status nor spec"];
      }
      return rules.flatMap((part) => {
        const from = listOf(part.ingress_policies).map((policy) => objectOf(objectOf(policy).ingress_from));
        return [
          ...needed
            .filter((service) => !listOf(part.restricted_services).includes(service))
            .map((service) => `does not restrict ${service}`),
          ...from
            .filter(({ identity_type: type }) => type !== undefined)
            .map(({ identity_type: type }) => `lets in identity_type ${shown(type)}`),
          ...(from.every(({ identities }) => listOf(identities).length > 0) ? [] : ["lets in whom it does not name"]),
          ...(listOf(part.egress_policies).length === 0 ? [] : ["lets data out by egress_policies"]),
          ...(listOf(part.resources).length === 1 ? [] : [`surrounds ${listOf(part.resources).length} projects`]),
        ];
      });
    },
  ),
};
