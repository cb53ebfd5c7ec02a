import { exceptions, PolicyError, rules, runRules } from "../../policies";
import { synthesizedPlatform } from "../support/synthesized-platform";
import { Copy } from "./copy";
import { mutations } from "./mutations";

const original = synthesizedPlatform();

test("every stack of every environment keeps every rule, and every rule applies to something", () => {
  const visited = runRules(original);
  expect([...visited.keys()]).toEqual(rules.map(({ id }) => id));
});

/** What one rule says of the stacks, after its exceptions. */
function problems(id: string, stacks: typeof original): readonly string[] {
  const rule = rules.filter((candidate) => candidate.id === id);
  expect(rule).toHaveLength(1);
  try {
    runRules(stacks, rule, exceptions);
    return [];
  } catch (error) {
    if (error instanceof PolicyError) {
      return error.problems;
    }
    throw error;
  }
}

describe("broken on purpose", () => {
  test("every rule has a mutation", () => {
    expect([...new Set(mutations.map(({ rule }) => rule))].sort()).toEqual(rules.map(({ id }) => id).sort());
  });

  test.each(mutations.map((mutation) => [mutation.rule, mutation.what, mutation] as const))(
    "%s finds %s in the real stacks",
    (id, _, { apply }) => {
      const copy = new Copy(original);
      apply(copy);
      const found = problems(id, copy.stacks);
      expect(found.filter((problem) => problem.startsWith(`${id} `))).not.toEqual([]);
    },
  );
});
