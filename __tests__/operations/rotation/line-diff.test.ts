import { lineDiff } from "../../../operations/rotation/line-diff";

const lines = Array.from({ length: 20 }, (_, at) => `line ${at + 1}`);
const text = (changed: readonly string[]) => `${changed.join("\n")}\n`;

test("shows what changes with three lines around it", () => {
  const after = lines.with(9, "changed");
  expect(lineDiff("x.ts", text(lines), text(after)).split("\n")).toEqual([
    "--- a/x.ts",
    "+++ b/x.ts",
    "@@ -7,7 +7,7 @@",
    " line 7",
    " line 8",
    " line 9",
    "-line 10",
    "+changed",
    " line 11",
    " line 12",
    " line 13",
  ]);
});

test("shows a line that is added, at the start too", () => {
  expect(
    lineDiff("x.ts", text(lines), text(["first", ...lines]))
      .split("\n")
      .slice(2, 5),
  ).toEqual(["@@ -1,3 +1,4 @@", "+first", " line 1"]);
});

test("shows an added line that equals its neighbour once", () => {
  const diff = lineDiff("x.ts", "a\na\n", "a\na\na\n");
  expect(diff.split("\n").filter((line) => line.startsWith("+a"))).toHaveLength(1);
});
