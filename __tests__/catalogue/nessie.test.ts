import { DataPlatformServices } from "../../catalogue/assembly/data-platform-services";
import { nessie } from "../../catalogue/nessie";
import type { ServicesInput } from "../../environments/schema";
import { describeProblem } from "../../environments/schema/errors";
import { serviceStacks } from "../constructs/services/service-stacks";
import { objectsOf, releasesOf } from "../support/releases";
import { resolved } from "./every-service";

const small = { size: "small" } as const;

function built(services: ServicesInput) {
  const stacks = serviceStacks();
  const platform = new DataPlatformServices(stacks.services, "DataPlatform", {
    context: stacks.context,
    services: resolved(services),
  });
  const objects = objectsOf(releasesOf(stacks.services)).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  return { platform, objects };
}

const large = { size: "large" } as const;

const problems = (input: object) =>
  nessie.check?.(nessie.resolve(nessie.input.parse(input), small), {}).map(describeProblem);

test("is backed up at two in the night where it is asked for", () => {
  expect(nessie.resolve(nessie.input.parse({}), small).backup).toBeUndefined();
  const settings = nessie.resolve(nessie.input.parse({ backup: {} }), large);
  expect(settings.backup).toEqual({ schedule: "0 2 * * *", keepDays: 30, bucket: "nessie-backup" });
  expect(nessie.buckets?.(settings)).toEqual(["warehouse", "nessie-backup"]);
});

test.each([
  [
    { warehouses: ["warehouse", "warehouse"] },
    ['warehouses[1]: "warehouse" again; allowed: each warehouse once; remove it'],
  ],
  [
    { warehouses: ["warehouse", "hive"] },
    ['warehouses[1]: "hive"; allowed: a name that no other catalogue has; did you mean hive-tables?'],
  ],
  [
    { warehouses: ["lake-data"], backup: { bucket: "lake-data" } },
    ['warehouses[0]: "lake-data"; allowed: another bucket than that of the backup; use another name for one of them'],
  ],
  [
    { warehouses: ["warehouse", "archive"], gc: {} },
    [
      "gc: with 2 warehouses; allowed: gc with one warehouse: the program takes the keys of one; leave gc out or keep one warehouse",
    ],
  ],
  [{ gc: {}, backup: {} }, []],
])("of %j says %j", (input, expected) => {
  expect(problems(input)).toEqual(expected);
});

test("shows each warehouse as a catalogue and makes its jobs", () => {
  const { platform, objects } = built({
    postgres: {},
    objectStore: {},
    nessie: { warehouses: ["warehouse", "cold-data"], backup: {} },
  });
  const catalogs = platform.offers.flatMap(({ catalogs: offered = [] }) => offered);
  expect(catalogs.map(({ name, bucket }) => [name, bucket.name])).toEqual([
    ["lake", "warehouse"],
    ["cold_data", "cold-data"],
  ]);
  expect(objects).toEqual(expect.arrayContaining(["CronJob nessie-backup", "CronJob nessie-restore"]));
});
