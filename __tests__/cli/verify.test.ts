import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../verification";
import { scratch } from "../rehearsal/tools/fixture";
import { terralake } from "./command-line";

const offline = ["verify", "kind", "--offline"];

test("says what was checked and what was not, and ends with 0 where nothing is wrong", async () => {
  const { code, stdout } = await terralake([...offline, "--json"], { TERRALAKE_CHARTS: undefined });
  const report = JSON.parse(stdout) as Report;
  expect(report.findings).toEqual([]);
  expect(report.environment).toBe("kind");
  expect(report.checked.secret).toBeGreaterThan(0);
  const missing = report.releases.filter(({ rendered }) => rendered === "no").map(({ release }) => release);
  expect(report.unchecked.map(({ release }) => release)).toEqual(expect.arrayContaining(missing));
  expect(code).toBe(0);
});

test("names what is wrong by release, and ends with 1", async () => {
  const data = scratch();
  mkdirSync(join(data, "trino"));
  writeFileSync(join(data, "trino", "values.yaml"), "other: 1\n");
  const { code, stdout } = await terralake(offline, { TERRALAKE_CHARTS: undefined, TERRALAKE_CHART_DATA: data });
  expect(stdout).toMatch(/^data-platform\/trino \(\d+\)$/m);
  expect(stdout).toContain(
    "given image is not in values.yaml; allowed: what the chart trino takes; see the chart's values.yaml",
  );
  expect(stdout).toMatch(/^kind: \d+ findings; \d+ of \d+ releases rendered$/m);
  expect(code).toBe(1);
});

test("prints who talks to whom", async () => {
  const { code, stdout } = await terralake(["verify", "kind", "--matrix"]);
  expect(stdout).toMatch(/^from +to +ports +reason$/m);
  expect(stdout).toMatch(/^data-platform\/name=nessie.* +data-platform\/cnpg\.io\/cluster=postgres +5432 +\S/m);
  expect(code).toBe(0);
});

test("refuses an environment that is not there", async () => {
  const { code, stderr } = await terralake(["verify", "kindd"]);
  expect(stderr).toContain('environment "kindd" is not known');
  expect(code).toBe(2);
});
