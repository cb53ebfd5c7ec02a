import { stepsOf } from "../../../cli/bootstrap/words";
import { cloud } from "../../support/fixture-environments";

type Given = Parameters<typeof stepsOf>;
const found = {
  facts: { off: [], number: "123456789012" },
  existing: [],
  place: { kind: "kept", bucket: "state" },
} as unknown as Given[1];
const stepsWith = (bootstrap?: object) =>
  stepsOf(cloud({ google: bootstrap && { bootstrap } } as Parameters<typeof cloud>[0]) as Given[0], found, "state.tf");

const warning = "nobody may act as gke-prod-apply: name google.bootstrap.operators or ci in environments/gke-prod.ts";

test("says before anything is done that nobody could act for the environment", () => {
  expect(stepsWith()).toContain(warning);
});

test.each([
  ["operators", { operators: ["group:platform@example.com"] }],
  ["CI", { ci: { github: { repository: "example-dev/data-platform", ownerId: "1234567" } } }],
])("has nothing to say where %s may", (_, bootstrap) => {
  expect(stepsWith(bootstrap).filter((step) => step.startsWith("nobody"))).toEqual([]);
});
