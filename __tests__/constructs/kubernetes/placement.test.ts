import { TerraformStack, Testing } from "cdktf";
import { placementOf } from "../../../constructs/kubernetes";
import { DeploySettings } from "../../../constructs/terraform";

function stackWith(...nodePools: readonly string[]): TerraformStack {
  const stack = new TerraformStack(Testing.app(), "test");
  DeploySettings.set(stack, { nodePools });
  return stack;
}

const on = (pool: string) => ({
  nodeSelector: { "terralake.dev/pool": pool },
  tolerations: [{ key: "terralake.dev/pool", operator: "Equal", value: pool, effect: "NoSchedule" }],
});

describe("placementOf", () => {
  test("lets pods onto the nodes of a pool, and keeps them off all others", () => {
    expect(placementOf(stackWith("memory", "batch"), "memory")).toEqual(on("memory"));
  });

  test("takes the best pool that there is", () => {
    expect(placementOf(stackWith("memory", "batch"), "batch", "memory")).toEqual(on("batch"));
    expect(placementOf(stackWith("memory"), "batch", "memory")).toEqual(on("memory"));
  });

  test("says nothing where there is none of them", () => {
    expect(placementOf(stackWith("compute"), "batch", "memory")).toEqual({});
    expect(placementOf(new TerraformStack(Testing.app(), "test"), "memory")).toEqual({});
  });
});
