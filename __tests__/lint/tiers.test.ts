import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const project = resolve(__dirname, "../..");

/** Rooms that read what the schema has resolved. */
const rooms = ["catalogue", "constructs", "stacks"];

const sources = rooms.flatMap((room) =>
  readdirSync(join(project, room), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(room, file)),
);

/** A tier by its name in the place of a row of tierSettings or of what an environment has chosen. */
const chosenByName = /\b[tT]ier\b\)?\s*[!=]==?\s*["'`]|["'`](dev|staging|prod)["'`]\s*[!=]==?/;

test("what tiers make differently is a row of tierSettings, which nothing else asks by the name of a tier", () => {
  expect(sources.length).toBeGreaterThan(300);
  expect(sources.filter((file) => chosenByName.test(readFileSync(join(project, file), "utf8")))).toEqual([]);
});

test.each(['locked: tier === "prod"', 'kmsKey: target.tier !== "dev" ? key : undefined', '"dev" === tier'])(
  "%s would be found",
  (line) => expect(line).toMatch(chosenByName),
);
