import { PolicyError, type Rule, runRules } from "../../policies";
import { stackOf } from "./hand-made";

const stacks = [stackOf({})];

function rule(problems: readonly string[], visited = 1): Rule {
  const findings = problems.map((problem) => ({ stack: "laptop-base", address: "vault_mount.One", problem }));
  return { id: "TF-99", reason: "it matters", remedy: "mend it", check: () => ({ visited, findings }) };
}

function failure(rules: readonly Rule[], exceptions: Parameters<typeof runRules>[2] = []): readonly string[] {
  try {
    runRules(stacks, rules, exceptions);
  } catch (error) {
    if (error instanceof PolicyError) {
      return error.problems;
    }
  }
  return [];
}

const exception = { rule: "TF-99", layer: "base", address: "vault_mount.One", reason: "it is meant" } as const;

test("says how many things each rule applied to", () => {
  expect([...runRules(stacks, [rule([], 7)], [])]).toEqual([["TF-99", 7]]);
});

test("names every finding with rule, stack, address, problem, reason and remedy", () => {
  expect(failure([rule(["is open", "is old"])])).toEqual([
    "TF-99 laptop-base vault_mount.One: is open (it matters): mend it",
    "TF-99 laptop-base vault_mount.One: is old (it matters): mend it",
  ]);
  expect(() => runRules(stacks, [rule(["is open", "is old"])], [])).toThrow("2 problems with the rules\n");
});

test("takes a rule that applied to nothing for broken", () => {
  expect(failure([rule([], 0)])).toEqual([
    "TF-99: applied to nothing: the rule or the stacks have lost what it is about",
  ]);
});

test("lets an exception stand for the finding at its address", () => {
  expect(failure([rule(["is open"])], [exception])).toEqual([]);
});

test.each([
  ["another address", { ...exception, address: "vault_mount.Two" }],
  ["another layer", { ...exception, layer: "vault" as const }],
])("reports the finding and the exception that is for %s", (_, other) => {
  expect(failure([rule(["is open"])], [other])).toEqual([
    "TF-99 laptop-base vault_mount.One: is open (it matters): mend it",
    `TF-99: the exception for ${other.address} matches nothing: remove it`,
  ]);
});
