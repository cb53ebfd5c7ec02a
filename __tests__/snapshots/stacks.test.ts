import { environments } from "../../environments";
import { inClusterLayers, layers, stackName } from "../../stacks/layers";
import { compactJson } from "../support/compact-json";
import { synthesizedPlatform } from "../support/synthesized-platform";

const stacks = synthesizedPlatform();

expect.addSnapshotSerializer({ test: (value) => typeof value === "string", serialize: (value) => String(value) });

test("every environment has all of its layers", () => {
  const expected = environments.flatMap(({ name, target }) =>
    (target.kind === "gke" ? layers : inClusterLayers).map((layer) => stackName(name, layer)),
  );
  expect(stacks.map(({ name }) => name)).toEqual(expected);
  expect(stacks).toHaveLength(51);
});

// A change here is a change of what is applied. Read it, then renew it with: npx jest __tests__/snapshots -u
test.each(stacks.map(({ name, json }) => [name, json] as const))("%s", (_, json) => {
  expect(compactJson(json)).toMatchSnapshot();
});
