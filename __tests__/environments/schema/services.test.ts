import { readEnvironment, type ServiceName, serviceNeeds } from "../../../environments/schema";
import { kind } from "../../fixtures/environments/base";

const all: readonly ServiceName[] = Object.keys(serviceNeeds) as ServiceName[];
const needs = all.flatMap((name) => serviceNeeds[name].map((choices) => [name, choices] as const));

const roomy = { ...kind, target: { kind: "kind", nodes: [{ count: 4, cpu: "8", memory: "32Gi" }] } };
const problemsWith = (names: readonly ServiceName[]) =>
  readEnvironment({ ...roomy, services: Object.fromEntries(names.map((name) => [name, {}])) }).problems;

describe("data services", () => {
  test("fit together when all of them are on", () => expect(problemsWith(all)).toEqual([]));

  test("are eight, some of which need others", () => {
    expect(all).toHaveLength(8);
    expect(needs).toHaveLength(7);
  });

  test.each(needs)("%s is refused without %j", (name, choices) => {
    const others = all.filter((other) => !choices.includes(other));
    expect(problemsWith(others)).toContainEqual({
      path: `services.${name}`,
      given: "on",
      allowed: `only together with ${choices.join(" or ")}`,
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
