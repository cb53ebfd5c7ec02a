import { listOf, objectOf, resources } from "../blocks";
import { forEach, type Rule } from "../rule";

const kinds = ["ADMIN_READ", "DATA_READ", "DATA_WRITE"];

export const auditedReading: Rule = {
  id: "OBS-02",
  reason: "without Data Access logs nobody can say what an intruder has read (CIS GCP 2.1)",
  remedy: "make AuditedReading in the layer bootstrap, and exempt nobody",
  check: forEach(
    // One item per environment in Google Cloud: the layer that is always there.
    (stack) => (stack.layer === "bootstrap" ? [{ address: "google_project_iam_audit_config" }] : []),
    (_, { environment }, all) => {
      const stacks = all.filter((stack) => stack.environment.name === environment.name);
      const made = (stack: (typeof stacks)[number]) => resources(stack, ["google_project_iam_audit_config"]);
      const blocks = stacks.flatMap(made).map(({ block }) => block);
      const elsewhere = stacks.filter((stack) => stack.layer !== "bootstrap" && made(stack).length > 0);
      const configs = blocks
        .filter(({ service }) => service === "allServices")
        .flatMap(({ audit_log_config: list }) => listOf(list).map(objectOf));
      const exempt = blocks.flatMap(({ audit_log_config: list }) =>
        listOf(list).flatMap((config) => listOf(objectOf(config).exempted_members)),
      );
      return [
        ...kinds
          .filter((kind) => !configs.some(({ log_type: type }) => type === kind))
          .map((kind) => `${kind} of allServices is not logged`),
        // Before the layer there would be no logs, and its identity would keep them.
        ...elsewhere.map(({ layer }) => `is made in the layer ${layer}`),
        ...exempt.map((member) => `${String(member)} is exempt`),
      ];
    },
  ),
};
