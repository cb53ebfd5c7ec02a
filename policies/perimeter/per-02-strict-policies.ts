import { listOf, objectOf, resources, shown } from "../blocks";
import { forEach, type Rule } from "../rule";

export const strictPolicies: Rule = {
  id: "PER-02",
  reason: "a policy on a project may also undo what the organization forbids",
  remedy: "enforce, deny or allow by a list; give up a policy by leaving it out",
  check: forEach(
    (stack) => resources(stack, ["google_org_policy_policy"]),
    ({ block }, { environment }) => {
      const own = `projects/${environment.project}`;
      const specs = [block.spec, block.dry_run_spec].map(objectOf);
      const rules = specs.flatMap((spec) => listOf(spec.rules).map(objectOf));
      return [
        ...(block.parent === own ? [] : [`parent is ${shown(block.parent)}`]),
        ...(specs.some((spec) => spec.reset === true) ? ["reset takes the default of Google"] : []),
        ...(rules.length > 0 ? [] : ["has no rules"]),
        ...rules.filter(({ enforce }) => enforce === "FALSE").map(() => "enforce is FALSE"),
        ...rules.filter(({ allow_all: all }) => all === "TRUE").map(() => "allow_all is TRUE"),
        ...rules
          .filter(({ condition }) => condition !== undefined)
          .map(() => "has a condition, outside of which it does not hold"),
      ];
    },
  ),
};
