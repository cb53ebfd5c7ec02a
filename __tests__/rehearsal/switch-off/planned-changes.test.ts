import { plannedProblems } from "../../../rehearsal/switch-off/planned-changes";
import type { StackJson } from "../../../stacks/stack-json";
import { release } from "./cluster-fixture";

const cluster = { apiVersion: "postgresql.cnpg.io/v1", kind: "Cluster", metadata: { name: "postgres" } };
const records = [release("postgres-objects", [cluster]), release("postgres-database-nessie")];
const workspace = { stack: "kind-services" };

function stackWith(...releases: readonly (readonly [address: string, path: string, name: string])[]): StackJson {
  const blocks = releases.map(([address, path, name]) => [
    address,
    { "//": { metadata: { path: `kind-services/Services/${path}` } }, name, namespace: "data" },
  ]);
  return {
    terraform: { backend: {}, required_providers: {} },
    provider: {},
    resource: { helm_release: Object.fromEntries(blocks) },
  };
}

const server = ["Cluster", "Postgres/Cluster/Release/Resource", "postgres-objects"] as const;
const database = ["NessieDatabase", "Postgres/NessieDatabase/Release/Resource", "postgres-database-nessie"] as const;

function plan(...changes: readonly (readonly [address: string, ...actions: string[]])[]): string {
  return JSON.stringify({
    resource_changes: changes.map(([address, ...actions]) => ({
      address: `helm_release.${address}`,
      mode: "managed",
      change: { actions },
    })),
  });
}

it("counts what goes, and lets a service go with its data", () => {
  const stack = { workspace, before: stackWith(server, database), after: stackWith() };
  expect(plannedProblems(plan(["Cluster", "delete"], ["NessieDatabase", "delete"]), stack, records)).toEqual({
    removed: 2,
    problems: [],
  });
});

it("lets a service's part in another one go, when it holds no data of that one", () => {
  const stack = { workspace, before: stackWith(server, database), after: stackWith(server) };
  const shown = plan(["NessieDatabase", "delete"], ["Cluster", "update"]);
  expect(plannedProblems(shown, stack, records)).toEqual({ removed: 1, problems: [] });
});

it("refuses that a release with data goes whose service stays", () => {
  const stack = { workspace, before: stackWith(server, database), after: stackWith(database) };
  expect(plannedProblems(plan(["Cluster", "delete"]), stack, records).problems).toEqual([
    "helm_release.Cluster of kind-services holds data of Services/Postgres, which stays",
  ]);
});

it("refuses that anything is destroyed and made anew", () => {
  const stack = { workspace, before: stackWith(database), after: stackWith(database) };
  for (const actions of [
    ["delete", "create"],
    ["create", "delete"],
  ]) {
    expect(plannedProblems(plan(["NessieDatabase", ...actions]), stack, records).problems).toEqual([
      "helm_release.NessieDatabase of kind-services is destroyed and made anew",
    ]);
  }
});
