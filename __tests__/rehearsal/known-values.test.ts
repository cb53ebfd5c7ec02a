import { KnownValues } from "../../rehearsal/known-values";

test("an earlier value of a name stays known beside the later one, and one value is known once", () => {
  const known = new KnownValues();
  known.remember("platform/trino#password", "old");
  known.rememberAll(
    new Map([
      ["platform/trino#password", "new"],
      ["platform/nessie#password", "other"],
    ]),
  );
  known.remember("platform/trino#password", "old");
  known.remember("platform/trino#password", "new");
  expect([...known.values]).toEqual([
    ["platform/trino#password", "old"],
    ["platform/trino#password (2)", "new"],
    ["platform/nessie#password", "other"],
  ]);
});
