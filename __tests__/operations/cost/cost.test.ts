import { readFileSync } from "node:fs";
import { join } from "node:path";
import { costPage } from "../../../docs/cost";
import { environments } from "../../../environments";
import type { Environment } from "../../../environments/schema";
import { compareCosts, estimate } from "../../../operations/cost";
import { connectorLine } from "../../../operations/cost/connector";
import { byHour, byUsage, free } from "../../../operations/cost/kinds";
import { nodesOf } from "../../../operations/cost/machines";
import { regionPrices } from "../../../operations/cost/prices";
import { sqlLine } from "../../../operations/cost/sql";
import type { StackJson } from "../../../stacks/stack-json";
import { synthesizedEnvironments } from "../../support/synthesized-platform";

const gke = environments.filter(({ target }) => target.kind === "gke");
const stacks = synthesizedEnvironments(gke);
const stacksOf = (name: string) =>
  stacks.filter(({ environment }) => environment.name === name).map(({ json }) => json);
const estimates = gke.map((environment) => estimate(environment, stacksOf(environment.name)));
const belgium = regionPrices["europe-west1"] as (typeof regionPrices)[string];

/** An environment with one pool, from a real one. */
function withPool(changes: object, target: object = {}): Environment {
  const [first] = gke;
  if (first?.target.kind !== "gke") throw new Error("no environment on Google Cloud");
  const [pool] = first.target.nodePools;
  return { ...first, target: { ...first.target, ...target, nodePools: [{ ...pool, ...changes }] } } as Environment;
}
const line = (environment: Environment, what: RegExp) =>
  estimate(environment, []).lines.find((each) => what.test(each.what));

describe("the estimate of an environment", () => {
  it("knows a price, or why there is none, for every kind of resource", () => {
    expect(estimates).toHaveLength(3);
    for (const { unknown } of estimates) expect(unknown).toEqual([]);
  });

  it("is the sum of its lines, and at most not less than at the start", () => {
    for (const { lines, start, most } of estimates) {
      expect(lines.length).toBeGreaterThan(5);
      expect(start).toBeCloseTo(lines.reduce((sum, each) => sum + each.start, 0));
      expect(most).toBeGreaterThanOrEqual(start);
    }
  });

  it("has machines by their cores and memory, of every zone", () => {
    const pool = { name: "main", machineType: "e2-standard-4", cpu: "4", memory: "16Gi", spot: false };
    const found = line(withPool({ ...pool, count: 1, maxCount: 2, limits: "zone" }), /^nodes e2-standard-4/);
    // 4 cores at 0.02399337 and 16 GiB at 0.00321609 for an hour are the 0.14743 that Google lists for the machine.
    expect((found?.start ?? 0) / 3 / 730).toBeCloseTo(0.14743, 4);
    expect(found?.most).toBeCloseTo(2 * (found?.start ?? 0));
  });

  it("has spot machines for less", () => {
    const pool = { machineType: "n2-standard-8", cpu: "8", memory: "32Gi", count: 1, maxCount: 1, limits: "zone" };
    const whole = line(withPool({ ...pool, spot: false }), /^nodes n2/)?.start ?? 0;
    expect(line(withPool({ ...pool, spot: true }), /^spot nodes n2/)?.start).toBeLessThan(whole / 2);
  });

  it("names a series that it has no price of", () => {
    const { unknown } = estimate(withPool({ name: "fast", machineType: "c3-standard-8" }), []);
    expect(unknown).toEqual(["machines of series c3 (pool fast)"]);
  });

  it("names a kind of resource that nobody has thought about", () => {
    const json = { resource: { google_new_thing: { A: {} } } } as unknown as StackJson;
    expect(estimate(withPool({}), [json]).unknown).toEqual(["google_new_thing"]);
  });

  it("is refused elsewhere, and for a region without prices", () => {
    const kind = environments.find(({ name }) => name === "kind") as Environment;
    expect(() => estimate(kind, [])).toThrow("kind runs on kind: only Google Cloud has a price");
    expect(() => estimate(withPool({}, { region: "us-east1" }), [])).toThrow(
      /no prices of region us-east1; known: europe-west1/,
    );
  });

  it("counts nodes of a zone in each, and nodes of all zones once", () => {
    const pool = { count: 1, maxCount: 4 } as Parameters<typeof nodesOf>[0];
    expect(nodesOf({ ...pool, limits: "zone" }, 3)).toEqual({ start: 3, most: 12 });
    expect(nodesOf({ ...pool, limits: "total" }, 3)).toEqual({ start: 1, most: 4 });
  });

  it("takes no kind of resource for two of free, by use and by the hour", () => {
    const both = Object.keys({ ...byUsage, ...byHour }).filter((type) => free.some((each) => type.startsWith(each)));
    expect(both).toEqual([]);
    expect(Object.keys(byHour).filter((type) => type in byUsage)).toEqual([]);
  });

  it("says that it lacks what is charged by the hour and has no price, rather than that it is charged by use", () => {
    for (const type of Object.keys(byHour)) {
      const json = { resource: { [type]: { A: {}, B: {} } } } as unknown as StackJson;
      const { byUsage: used, unknown, start } = estimate(withPool({}), [json]);
      expect(unknown).toEqual([expect.stringMatching(new RegExp(`^${type} \\(2, hours of `))]);
      expect(used).toEqual([]);
      expect(start).toBe(estimate(withPool({}), []).start);
    }
  });

  it("has the machines of the VPC connector in every environment", () => {
    for (const { lines } of estimates) {
      expect(lines.map(({ what }) => what)).toContain("VPC connector, 2 to 3 e2-micro");
    }
  });
});

describe("a VPC connector", () => {
  const connector = { name: "a", min_instances: 2, max_instances: 3 };

  it("costs its machines, at what Google lists for an e2-micro", () => {
    const { start, most } = connectorLine(connector, belgium) as { start: number; most: number };
    expect(start / 2 / 730).toBeCloseTo(0.00921, 5);
    expect(most).toBeCloseTo(1.5 * start);
  });

  it("has no price with other machines, and where it says not how many", () => {
    const unknown = { unknown: "VPC connector of e2-standard-4 (a)" };
    expect(connectorLine({ ...connector, machine_type: "e2-standard-4" }, belgium)).toEqual(unknown);
    expect(connectorLine({ name: "a" }, belgium)).toEqual({ unknown: "VPC connector of e2-micro (a)" });
  });
});

describe("Cloud SQL", () => {
  const instance = (settings: object) =>
    sqlLine({ name: "a", settings: { tier: "db-custom-8-30720", ...settings } }, belgium);

  it("costs what Google lists, and twice as much in two zones", () => {
    const zonal = instance({ disk_size: 0 }) as { start: number };
    expect(zonal.start / 730).toBeCloseTo(0.5404, 4);
    expect(instance({ availability_type: "REGIONAL" })).toMatchObject({ start: zonal.start * 2 });
  });

  it("has no price for other editions and shared cores", () => {
    expect(instance({ edition: "ENTERPRISE_PLUS" })).toHaveProperty("unknown");
    expect(instance({ tier: "db-f1-micro" })).toEqual({ unknown: "Cloud SQL db-f1-micro (a)" });
  });
});

describe("the change of an estimate", () => {
  const [before] = estimates;
  if (!before) throw new Error("no estimate");

  it("is nothing between equals", () => {
    expect(compareCosts(before, before)).toEqual({ start: 0, most: 0, changes: [] });
  });

  it("names lines that are new, gone and other", () => {
    const [first, second, ...rest] = before.lines;
    if (!first || !second) throw new Error("too few lines");
    const added = { what: "new", start: 1, most: 2 };
    const after = { ...before, lines: [{ ...first, start: first.start + 1 }, ...rest, added], start: before.start + 2 };
    expect(compareCosts(before, after).changes.map(({ what, before: was, after: is }) => [what, !!was, !!is])).toEqual([
      [first.what, true, true],
      [second.what, true, false],
      ["new", false, true],
    ]);
  });
});

describe("the page of costs", () => {
  it("is as it is committed", () => {
    const page = join(__dirname, "..", "..", "..", "docs", "generated", "cost.md");
    expect(costPage(estimates)).toBe(readFileSync(page, "utf8"));
  });
});
