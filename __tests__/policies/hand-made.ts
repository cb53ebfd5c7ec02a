import type { CheckedStack, Rule } from "../../policies";
import type { Block, StackJson } from "../../stacks/stack-json";

/** Parts of a stack that a test is about; the rest is as it should be. */
export interface HandMade extends Partial<Omit<StackJson, "terraform">> {
  readonly terraform?: Partial<StackJson["terraform"]>;
}

const laptop = { name: "laptop", allowDestroy: true, context: "kind-laptop" };

/** Environment on Google Cloud whose data must stay. */
export const cloud = { name: "cloud", allowDestroy: false, project: "example-dev-cloud" };

/** A stack of one resource or some other blocks. */
export function stackOf(json: HandMade, place: Partial<Omit<CheckedStack, "json" | "name">> = {}): CheckedStack {
  const { layer = "base", environment = laptop } = place;
  return {
    name: `${environment.name}-${layer}`,
    layer,
    environment,
    json: {
      provider: {},
      ...json,
      terraform: {
        required_version: ">= 1.11.0",
        required_providers: {},
        backend: { local: { path: `state/${environment.name}/${layer}.tfstate` } },
        ...json.terraform,
      },
    },
  };
}

/** A stack with one managed resource, named `One`. */
export function resource(
  type: string,
  block: Block,
  place?: Partial<Omit<CheckedStack, "json" | "name">>,
): CheckedStack {
  return stackOf({ resource: { [type]: { One: block } } }, place);
}

/** A stack with one Helm release that keeps every rule, but for what is given. */
export function release(block: Block = {}, values: object = {}): CheckedStack {
  return resource("helm_release", {
    name: "one",
    namespace: "lake",
    chart: "one",
    version: "1.2.3",
    max_history: 5,
    timeout: 600,
    wait: true,
    upgrade_install: true,
    create_namespace: false,
    values: [JSON.stringify(values)],
    ...block,
  });
}

/** A stack with a release of the local chart that delivers objects as they are. */
export function delivery(...objects: readonly object[]): CheckedStack {
  return release({ chart: "./assets/Chart/00AB", version: undefined, wait: false }, { objects: { ...objects } });
}

/** An expression of Terraform, as it stands in the JSON. */
export function expression(text: string): string {
  return ["$", "{", text, "}"].join("");
}

type Stacks = CheckedStack | readonly CheckedStack[];

/** What a rule says of hand-made stacks. */
export interface RuleCases {
  /** Stacks that break the rule, each with a problem that it must find. */
  readonly violates: readonly (readonly [what: string, stacks: Stacks, problem: string])[];
  /** Stacks that keep it and that it looks at. */
  readonly complies: readonly (readonly [what: string, stacks: Stacks])[];
  /** Stacks that it has nothing to say about; `everything` for a rule that looks at every stack. */
  readonly doesNotApply: readonly (readonly [what: string, stacks: Stacks])[] | "everything";
}

/** The three tests of a rule. */
export function describeRule(rule: Rule, { violates, complies, doesNotApply }: RuleCases): void {
  const check = (stacks: Stacks) => rule.check([stacks].flat());
  describe(`${rule.id}, since ${rule.reason}`, () => {
    test.each(violates)("finds %s", (_, stacks, problem) => {
      const { findings } = check(stacks);
      expect(findings.map((finding) => finding.problem)).toContain(problem);
    });

    test.each(complies)("accepts %s", (_, stacks) => {
      const { visited, findings } = check(stacks);
      expect(findings).toEqual([]);
      expect(visited).toBeGreaterThan(0);
    });

    if (doesNotApply === "everything") {
      test("applies to every stack", () => {
        expect(check(stackOf({})).visited).toBeGreaterThan(0);
      });
    } else {
      test.each(doesNotApply)("does not apply to %s", (_, stacks) => {
        expect(check(stacks)).toEqual({ visited: 0, findings: [] });
      });
    }
  });
}
