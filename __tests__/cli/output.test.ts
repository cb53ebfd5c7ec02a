import { table } from "../../cli/output";
import { groupDefinitions } from "../../cli/rehearsal-summary";

const head = ["stack", "applied after"];
const rows = [["kind-services", "kind-base, kind-vault, kind-secrets"]];

describe("table", () => {
  test("keeps each row in one line where there is no terminal", async () => {
    expect(await table(head, rows, undefined)).toBe(
      "stack          applied after\nkind-services  kind-base, kind-vault, kind-secrets",
    );
  });

  test("goes on below in the last column of a narrow terminal, and loses nothing", async () => {
    const lines = (await table(head, rows, 40)).split("\n");
    expect(lines).toEqual([
      "stack          applied after",
      "kind-services  kind-base, kind-vault,",
      "               kind-secrets",
    ]);
  });

  test("stays as wide as its content where that fits", async () => {
    expect(await table(head, rows, 50)).toBe(await table(head, rows, undefined));
  });

  test("does not squeeze the last column into nothing", async () => {
    expect(await table(head, rows, 20)).toBe(await table(head, rows, undefined));
  });
});

test("definitions that are kept are counted by group, whatever else is kept is named", () => {
  const kept = ["definition a.x.io", "volume data-0", "definition b.x.io", "definition c.y.io"];
  expect(groupDefinitions(kept)).toEqual(["volume data-0", "definitions of x.io: 2", "definitions of y.io: 1"]);
});
