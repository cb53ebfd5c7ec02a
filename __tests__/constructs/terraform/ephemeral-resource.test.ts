import { Testing } from "cdktf";
import { Construct } from "constructs";
import { EphemeralResource } from "../../../constructs/terraform";
import { testStack } from "../../support/test-stack";
import { reference } from "../gke/synthesized";

describe("EphemeralResource", () => {
  it("is an ephemeral block and no resource", () => {
    const stack = testStack();
    new EphemeralResource(stack, "Password", "random_password", { length: 20, special: false });
    const document = JSON.parse(Testing.synth(stack, true)) as Record<string, unknown>;
    expect(document.ephemeral).toEqual({ random_password: { Password: { length: 20, special: false } } });
    expect(document.resource).toBeUndefined();
  });

  it("stands beside others of its type and of other types", () => {
    const stack = testStack();
    new EphemeralResource(stack, "One", "random_password", { length: 20 });
    new EphemeralResource(stack, "Two", "random_password", { length: 30 });
    new EphemeralResource(stack, "Token", "kubernetes_token_request_v1", {
      metadata: { name: "terraform", namespace: "vault" },
      spec: { audiences: ["vault"], expiration_seconds: 600 },
    });
    const { ephemeral } = JSON.parse(Testing.synth(stack, true)) as { ephemeral: Record<string, object> };
    expect(Object.entries(ephemeral).map(([type, named]) => [type, Object.keys(named)])).toEqual([
      ["kubernetes_token_request_v1", ["Token"]],
      ["random_password", ["One", "Two"]],
    ]);
  });

  it("is referred to by its address, with and without the braces", () => {
    const stack = testStack();
    const password = new EphemeralResource(new Construct(stack, "Trino"), "Password", "random_password", {
      length: 20,
    });
    const address = `ephemeral.random_password.${password.friendlyUniqueId}.result`;
    expect(password.reference("result")).toBe(address);
    expect(password.attribute("result")).toBe(reference(address));
    const { ephemeral } = JSON.parse(Testing.synth(stack, true)) as { ephemeral: { random_password: object } };
    expect(Object.keys(ephemeral.random_password)).toEqual([password.friendlyUniqueId]);
  });

  it("takes only arguments and attributes of its type", () => {
    const stack = testStack();
    // @ts-expect-error a password needs a length
    new EphemeralResource(stack, "A", "random_password", {});
    // @ts-expect-error no such ephemeral resource
    new EphemeralResource(stack, "B", "random_pet", {});
    const password = new EphemeralResource(stack, "C", "random_password", { length: 20 });
    // @ts-expect-error a password has no token
    expect(password.reference("token")).toContain("token");
  });
});
