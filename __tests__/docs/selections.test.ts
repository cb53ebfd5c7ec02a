import { readFileSync } from "node:fs";
import { join } from "node:path";
import { selectionsPage } from "../../docs/selections";
import { projectRoot } from "../../rehearsal/paths";

test("docs/selections.md is the page of the selections as they are", () => {
  expect(selectionsPage()).toBe(readFileSync(join(projectRoot, "docs/selections.md"), "utf8"));
});
