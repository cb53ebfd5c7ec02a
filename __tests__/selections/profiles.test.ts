import { parseBytes, parseCpu, requestedBy } from "../../environments/schema";
import { resolveServices, servicesInput } from "../../environments/schema/services";
import { type DatalypticaProfile, datalyptica, datalypticaBounds } from "../../selections";

const resolve = (profile: DatalypticaProfile) =>
  resolveServices(servicesInput.parse(datalyptica({}, { profile })), { size: "small" });

const core = ["nessie", "objectStore", "postgres", "trino", "valkey"];
const streaming = ["airflow", "clickhouse", "flink", "kafka", "schemaRegistry", "spark", "superset"];

describe.each([
  ["minimal", core],
  ["full", [...core, ...streaming]],
] as const)("profile %s", (profile, services) => {
  const bound = datalypticaBounds[profile];

  test("asks for no more than it says", () => {
    const { cpu, memory, storage } = requestedBy(resolve(profile));
    expect(cpu).toBeLessThanOrEqual(parseCpu(bound.cpu));
    expect(memory).toBeLessThanOrEqual(parseBytes(bound.memory));
    expect(storage).toBeLessThanOrEqual(parseBytes(bound.storage));
    // Else the bound would be of another platform.
    expect(memory).toBeGreaterThan(parseBytes(bound.memory) / 2);
  });

  test("has its services", () => {
    expect(Object.keys(resolve(profile)).sort()).toEqual([...services].sort());
  });
});

test("profiles are within 2 CPU, 4 GiB, 20 GiB and 16 CPU, 32 GiB, 200 GiB", () => {
  expect(datalypticaBounds).toEqual({
    minimal: { cpu: "2", memory: "4Gi", storage: "20Gi" },
    full: { cpu: "16", memory: "32Gi", storage: "200Gi" },
  });
});

test("the minimal profile has smaller volumes under the same names", () => {
  const [small, all] = [resolve("minimal"), resolve("full")];
  expect([small.postgres, small.valkey, small.objectStore].map((each) => each?.storage)).toEqual([
    "3Gi",
    "1Gi",
    "10Gi",
  ]);
  expect([all.postgres, all.valkey, all.objectStore].map((each) => each?.storage)).toEqual(["10Gi", "5Gi", "50Gi"]);
  expect(small.postgres?.aliases).toEqual(all.postgres?.aliases);
});
