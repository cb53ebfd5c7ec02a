import { TerraformOutput, Testing } from "cdktf";
import { Construct } from "constructs";
import { DeploySettings, EphemeralResource, PlatformError } from "../../constructs/terraform";
import type { Environment } from "../../environments/schema";
import { isGke, PlatformStack } from "../../stacks/platform-stack";
import { cloud, laptop } from "../support/fixture-environments";

class EmptyStack extends PlatformStack {
  constructor(environment: Environment = laptop()) {
    super(Testing.app(), "base", environment);
  }
}

function password(scope: Construct, id: string): string {
  return new EphemeralResource(scope, id, "random_password", { length: 20 }).friendlyUniqueId;
}

describe("PlatformStack", () => {
  it("is named by environment and layer, and asks for a Terraform with write-only arguments", () => {
    const stack = new EmptyStack();
    expect(stack.node.id).toBe("kind-base");
    expect(JSON.parse(Testing.synth(stack, true))).toMatchObject({ terraform: { required_version: ">= 1.11.0" } });
  });

  it("hands the environment's choices to its constructs", () => {
    const stack = new EmptyStack(
      cloud({
        charts: { from: "oci://mirror.example.com/charts" },
        images: { registry: "mirror.example.com", digests: { "spark:1": `sha256:${"0".repeat(64)}` } },
      }),
    );
    expect(DeploySettings.of(new Construct(stack, "Deep"))).toMatchObject({
      allowDestroy: false,
      charts: "oci://mirror.example.com/charts",
      imageRegistry: "mirror.example.com",
      ownDigests: { "spark:1": `sha256:${"0".repeat(64)}` },
    });
    expect(DeploySettings.of(new EmptyStack()).allowDestroy).toBe(true);
  });

  it("makes addresses of the path, without hash and without the name of the main resource", () => {
    const stack = new EmptyStack();
    const trino = new Construct(stack, "Trino");
    expect(password(trino, "Resource")).toBe("Trino");
    expect(password(trino, "Password")).toBe("Trino_Password");
    expect(password(new Construct(trino, "Objects"), "Resource")).toBe("Trino_Objects");
    expect(password(stack, "Resource")).toBe("Resource");
  });

  it("refuses two constructs that would get the same address", () => {
    const stack = new EmptyStack();
    password(new Construct(stack, "Trino"), "Password");
    const clash = () => password(stack, "Trino_Password");
    expect(clash).toThrow(PlatformError);
    expect(() => new EmptyStack()).not.toThrow();
    expect(() => {
      const other = new EmptyStack();
      password(new Construct(other, "Trino"), "Password");
      password(other, "Trino_Password");
    }).toThrow(
      'kind-base/Trino/Password and kind-base/Trino_Password have the same address "Trino_Password": rename one of them',
    );
  });

  it("keeps the name of an output that another stack reads", () => {
    const stack = new EmptyStack();
    new TerraformOutput(stack, "dns_endpoint", { value: "a", staticId: true });
    expect(JSON.parse(Testing.synth(stack, true))).toMatchObject({ output: { dns_endpoint: { value: "a" } } });
  });
});

test("only environments on Google Cloud have the layers of the cloud", () => {
  expect(isGke(cloud())).toBe(true);
  expect(isGke(laptop())).toBe(false);
});
