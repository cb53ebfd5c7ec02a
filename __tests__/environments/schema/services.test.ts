import { servicesOn } from "../../../catalogue/assembly/on";
import { readEnvironment, type ServiceName, serviceNames } from "../../../environments/schema";
import { everyService } from "../../catalogue/every-service";
import { kind } from "../../fixtures/environments/base";

const needs = servicesOn(everyService).flatMap(({ name, definition, settings }) =>
  (definition.needs?.(settings) ?? []).map((choices) => [name, choices] as const),
);

const roomy = { ...kind, target: { kind: "kind", nodes: [{ count: 4, cpu: "8", memory: "32Gi" }] } };
const problemsWith = (names: readonly ServiceName[]) =>
  readEnvironment({ ...roomy, services: Object.fromEntries(names.map((name) => [name, {}])) }).problems;

describe("data services", () => {
  test("fit together when all of them are on", () => expect(problemsWith(serviceNames)).toEqual([]));

  test("are all built after what they need and use", () => {
    expect(needs.length).toBeGreaterThan(7);
    for (const { name, definition, settings } of servicesOn(everyService)) {
      const earlier: readonly string[] = serviceNames.slice(0, serviceNames.indexOf(name));
      for (const other of [...(definition.needs?.(settings) ?? []).flat(), ...(definition.uses ?? [])]) {
        expect([name, earlier]).toEqual([name, expect.arrayContaining([other])]);
      }
    }
  });

  test.each(needs)("%s is refused without %j", (name, choices) => {
    const others = serviceNames.filter((other) => !choices.includes(other));
    expect(problemsWith(others)).toContainEqual({
      path: `services.${name}`,
      given: "on",
      allowed: `only together with ${choices.join(", ").replace(/, ([^,]*)$/, " or $1")}`,
      next: `add services.${choices[0]} or remove services.${name}`,
    });
  });

  test("need only one of their choices", () => {
    expect(problemsWith(["postgres", "objectStore", "hiveMetastore", "trino"])).toEqual([]);
    expect(problemsWith(["postgres", "objectStore", "nessie", "trino"])).toEqual([]);
  });

  test.each(["NONE", "NOSASL", "none"])("kyuubi that lets everybody in by %s is refused", (authentication) => {
    const services = { mariadb: {}, objectStore: {}, hiveMetastore: { database: "mariadb" }, sparkOperator: {} };
    const { problems } = readEnvironment({ ...roomy, services: { ...services, kyuubi: { authentication } } });
    expect(problems.map(({ path }) => path)).toEqual(["services.kyuubi.authentication"]);
  });
});
