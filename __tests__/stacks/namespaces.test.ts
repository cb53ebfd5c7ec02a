import { environmentNames, environments } from "../../environments";
import { parseCpu, platformNamespaces as reserved } from "../../environments/schema";
import { namespacesOf, platformNamespaces } from "../../stacks/namespaces";
import { laptop } from "../support/fixture-environments";

function names(...args: Parameters<typeof namespacesOf>): readonly string[] {
  return namespacesOf(...args).map(({ name }) => name);
}

describe("namespacesOf", () => {
  it("has those of the platform itself in every environment, in the order of their names", () => {
    expect(environments).toHaveLength(6);
    for (const environment of environments) {
      const found = names(environment);
      expect(found).toEqual([...found].sort());
      expect(found).toEqual(
        expect.arrayContaining(["cert-manager", "external-secrets", "flux-system", "reloader", "vault"]),
      );
    }
  });

  it("has those of the services that are on, and of their operators", () => {
    expect(names(laptop({ services: { postgres: { namespace: "db" } } }))).toEqual([
      "cert-manager",
      "cnpg-system",
      "db",
      "external-secrets",
      "flux-system",
      "reloader",
      "vault",
    ]);
    expect(names(laptop({ services: { mariadb: {} } }))).toContain("mariadb-operator");
    expect(names(laptop({ services: { sparkOperator: { jobNamespaces: ["etl", "reports"] } } }))).toEqual(
      expect.arrayContaining(["spark-operator", "etl", "reports"]),
    );
  });

  it("names a namespace once, however many services share it", () => {
    for (const environment of environments) {
      expect(new Set(names(environment)).size).toBe(names(environment).length);
    }
  });

  it("lets data services use the nodes, and controllers a small part", () => {
    const quota = (name: string) =>
      namespacesOf(laptop({ services: { postgres: {} } })).find((one) => one.name === name);
    const cpu = (name: string) => Number(parseCpu(quota(name)?.quota.cpu ?? ""));
    expect(cpu("data-platform")).toBeGreaterThan(cpu("cert-manager"));
    expect(cpu("cert-manager")).toBeGreaterThan(0);
  });
});

test("a service cannot take a namespace of the platform: the schema knows all of them", () => {
  expect(environmentNames).toHaveLength(6);
  for (const name of Object.values(platformNamespaces)) {
    expect(reserved).toContain(name);
  }
});
