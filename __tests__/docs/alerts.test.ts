import { readFileSync } from "node:fs";
import { join } from "node:path";
import { alertsPage } from "../../docs/alerts";
import { environments } from "../../environments";
import { isGke } from "../../stacks/platform-stack";

const page = alertsPage(environments);

test("the committed page of alerts is that of the program (npm run docs)", () => {
  expect(readFileSync(join(__dirname, "../../docs/generated/alerts.md"), "utf8")).toBe(page);
});

test("every link to a runbook leads to a heading", () => {
  const anchors = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
  const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replaceAll(" ", "-"),
  );
  expect(anchors.length).toBeGreaterThan(25);
  expect(anchors).toEqual(headings);
});

test("names no environment in a command", () => {
  for (const { name } of environments.filter(isGke)) {
    const runbooks = page.slice(page.indexOf("\n## "));
    expect(runbooks).not.toContain(name);
  }
});
