import { differencesOf } from "../../../policies/parity/differences";
import { leavesOf } from "../../../policies/parity/flatten";
import { explain, unusedPatterns } from "../../../policies/parity/reasons";
import type { Block, StackJson } from "../../../stacks/stack-json";

const names = {
  dev: { project: "example-dev-1", environment: "gke-dev" },
  staging: { project: "example-dev-2", environment: "gke-staging" },
  prod: { project: "example-dev-3", environment: "gke-prod" },
};

/** One resource of type `thing` in each tier; undefined leaves it out there. */
function compared(dev: Block | undefined, staging: Block | undefined, prod: Block | undefined) {
  const stacks = Object.entries({ dev, staging, prod }).map(([tier, block]) => ({
    tier: tier as "dev" | "staging" | "prod",
    layer: "cluster" as const,
    json: { resource: block ? { thing: { Thing: block } } : {} } as StackJson,
  }));
  return differencesOf(stacks, names).map(({ attribute, values }) => ({ attribute, values }));
}

describe("leaves of a resource", () => {
  it("are found in blocks, in lists by name and in documents that are text", () => {
    const block = {
      name: "a",
      block: [{ size: 3 }],
      env: [
        { name: "A", value: "1" },
        { name: "B", value: "2" },
      ],
      values: [JSON.stringify({ replicas: 2 })],
    };
    expect(Object.fromEntries(leavesOf(block))).toEqual({
      name: "a",
      "block.size": "3",
      "env[A].name": "A",
      "env[A].value": "1",
      "env[B].name": "B",
      "env[B].value": "2",
      "values.replicas": "2",
    });
  });

  it("go by what they hold where nothing names them, in any order", () => {
    const rules = [
      { action: "Delete", age: 7 },
      { action: "Keep", age: 9 },
    ];
    expect([...leavesOf({ rules }).keys()].sort()).toEqual([...leavesOf({ rules: rules.toReversed() }).keys()].sort());
  });

  it("show that a list is empty", () => {
    expect(leavesOf({ rules: [] })).toEqual(new Map([["rules", "[]"]]));
  });
});

describe("differences of tiers", () => {
  it("are attributes that not all have alike", () => {
    expect(compared({ size: 1, kind: "a" }, { size: 2, kind: "a" }, { size: 2, kind: "a" })).toEqual([
      { attribute: "size", values: { dev: "1", staging: "2", prod: "2" } },
    ]);
  });

  it("are not their own names", () => {
    const own = (tier: keyof typeof names) => ({ name: `${names[tier].project}-${names[tier].environment}-lake` });
    expect(compared(own("dev"), own("staging"), own("prod"))).toEqual([]);
  });

  it("name a resource that one has not", () => {
    expect(compared(undefined, { size: 1 }, { size: 1 })).toEqual([
      { attribute: "", values: { staging: "there", prod: "there" } },
    ]);
  });

  it("are one for a block that is missing where the others agree on it", () => {
    const block = { policy: { days: 30, locked: true } };
    expect(compared({}, block, block)).toEqual([{ attribute: "policy", values: { staging: "set", prod: "set" } }]);
  });

  it("are each attribute of a block that is missing where the others do not agree on it", () => {
    const locked = (is: boolean) => ({ policy: { days: 30, locked: is } });
    expect(compared({}, locked(false), locked(true))).toEqual([
      { attribute: "policy.days", values: { staging: "30", prod: "30" } },
      { attribute: "policy.locked", values: { staging: "false", prod: "true" } },
    ]);
  });
});

describe("reasons", () => {
  const difference = {
    layer: "cluster",
    type: "google_thing",
    name: "Thing",
    attribute: "config.size",
    values: { dev: "1" },
  } as const;
  const reason = (...explains: readonly string[]) => ({ cause: "tier", reason: "because", explains });

  it.each(["google_thing", "google_thing.config", "google_thing.config.size", "*.size", "google_thing#Th*"])(
    "by %s cover an attribute",
    (pattern) => expect(explain([difference], [reason(pattern)])[0]?.why?.cause).toBe("tier"),
  );

  it.each([
    "google_thin",
    "google_thing.con",
    "google_thing.size",
    "google_thing#Other",
    "size",
    "google_thing.config.si",
  ])("by %s do not cover it", (pattern) => expect(explain([difference], [reason(pattern)])[0]?.why).toBeUndefined());

  it("that cover nothing are named", () => {
    expect(unusedPatterns([difference], [reason("google_thing", "google_other")])).toEqual(["tier: google_other"]);
  });
});
