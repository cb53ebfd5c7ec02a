import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentPage, environmentsTable, withEnvironments } from "../../docs/pages";
import { environments } from "../../environments";
import { projectRoot } from "../../rehearsal/paths";

const read = (...path: string[]) => readFileSync(join(projectRoot, ...path), "utf8");

describe("pages written by `npm run docs`", () => {
  it("README.md has the table of environments as they are", () => {
    const readme = read("README.md");
    expect(withEnvironments(readme, environmentsTable(environments))).toBe(readme);
  });

  it.each(environments.map((environment) => [environment.name, environment] as const))(
    "docs/generated has the page of %s as it is",
    (name, environment) => {
      expect(environmentPage(environment)).toBe(read("docs", "generated", `${name}.md`));
    },
  );
});

describe("commands in the README", () => {
  /** Who runs each command. */
  const runBy: Readonly<Record<string, string>> = {
    "./terralake rehearse kind": ".ci/run",
    "./terralake test": ".ci/run",
    "npx cdktf synth": "__tests__/rehearsal/end-to-end/cdktf.test.ts",
    "npx cdktf diff kind-base": "__tests__/rehearsal/end-to-end/cdktf.test.ts",
    "npx cdktf deploy 'kind-*'": "__tests__/rehearsal/end-to-end/cdktf.test.ts",
  };
  const commands = [...read("README.md").matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = ""]) =>
    block.split("\n").filter((line) => line.trim() !== ""),
  );

  it("are all run by something", () => {
    expect(commands.length).toBeGreaterThanOrEqual(4);
    expect(commands.filter((command) => !(command in runBy))).toEqual([]);
  });

  it.each(commands)("%s is there", (command) => {
    expect(read(runBy[command] ?? "")).toContain(command.replace(/^npx /, ""));
  });
});
