import { servicesOn } from "../../../catalogue/assembly/on";
import { environments } from "../../../environments";
import { gkeProd } from "../../../environments/gke-prod";
import { kind } from "../../../environments/kind";
import { minikube } from "../../../environments/minikube";
import type { Environment } from "../../../environments/schema";
import { platformInventory } from "../../../operations/platform-inventory";
import { removalsOf } from "../../../rehearsal/switch-off/services-to-remove";

describe.each(environments.map((environment) => [environment.name, environment] as const))(
  "%s",
  (_name, environment) => {
    const removals = removalsOf(environment);

    it("switches every service off, the last that was built first", () => {
      const built = servicesOn(environment.services).map(({ name }) => name);
      expect(removals.map(({ service }) => service)).toEqual([...built].reverse());
      expect(removals.at(-1)?.environment.services).toEqual({});
    });

    it("takes nothing away that a service needs which stays", () => {
      for (const { environment: rest } of removals) {
        const names = servicesOn(rest.services).map(({ name }) => name as string);
        const missing = servicesOn(rest.services).flatMap(({ name, definition, settings }) =>
          (definition.needs?.(settings) ?? [])
            .filter((one) => !one.some((needed) => names.includes(needed)))
            .map((one) => `${name} needs ${one.join(" or ")}`),
        );
        expect(missing).toEqual([]);
      }
    });
  },
);

it("leaves an environment that can be built, whatever is off", () => {
  for (const { environment } of removalsOf(gkeProd)) {
    expect(() => platformInventory(environment)).not.toThrow();
  }
});

it("drops the version of a secret with the last service that asks for it", () => {
  const versions = { "platform/postgres/nessie": 2, "platform/postgres/sales": 3 };
  const rotated = { ...kind, secrets: { ...kind.secrets, versions } };
  const left = removalsOf(rotated);
  const after = (name: string) => left.find(({ service }) => service === name)?.environment.secrets.versions;
  expect(after("trino")).toEqual(versions);
  expect(after("nessie")).toEqual({ "platform/postgres/sales": 3 });
  expect(after("postgres")).toEqual({});
});

it("drops what stands in a namespace with the last service that is in it", () => {
  const copiesIn = (environment: Environment) =>
    Object.values(environment.secrets.declared).flatMap(({ copies }) => copies.map(({ namespace }) => namespace));
  const removals = removalsOf(minikube);
  const [last, ...others] = [...removals].reverse();
  expect(others.map(({ environment }) => new Set(copiesIn(environment)))).toEqual(
    others.map(() => new Set(["kyuubi"])),
  );
  expect(others[0]?.environment.secrets.sharedReaders).toHaveLength(1);
  expect(copiesIn(last?.environment ?? minikube)).toEqual([]);
  expect(last?.environment.secrets.sharedReaders).toEqual([]);
});
