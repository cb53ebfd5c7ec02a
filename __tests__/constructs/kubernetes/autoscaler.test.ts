import { autoscaler, existingNamespace, serviceLabels } from "../../../constructs/kubernetes";

const scaled = (asked: { readonly cpu?: number; readonly memory?: number; readonly calmSeconds?: number }) =>
  autoscaler({
    name: "app",
    namespace: existingNamespace("lake"),
    labels: serviceLabels("app"),
    min: 2,
    max: 6,
    ...asked,
  }).spec as {
    readonly metrics: readonly { readonly resource: { readonly name: string } }[];
    readonly behavior: { readonly scaleDown: { readonly stabilizationWindowSeconds: number } };
  };

test.each([
  [{ cpu: 70 }, ["cpu"]],
  [{ memory: 80 }, ["memory"]],
  [{ cpu: 70, memory: 80 }, ["cpu", "memory"]],
])("an autoscaler told %j looks at %j and at nothing else", (asked, names) => {
  expect(scaled(asked).metrics.map(({ resource }) => resource.name)).toEqual(names);
});

test("it lets a pod go after a calm time, of five minutes unless it is told another", () => {
  expect(scaled({ cpu: 70 }).behavior.scaleDown.stabilizationWindowSeconds).toBe(300);
  expect(scaled({ cpu: 70, calmSeconds: 60 }).behavior.scaleDown.stabilizationWindowSeconds).toBe(60);
});
