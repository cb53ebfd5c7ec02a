import { TerraformStack, Testing } from "cdktf";
import { Construct } from "constructs";
import { DeploySettings } from "../../../constructs/terraform";

function stack() {
  return new TerraformStack(Testing.app(), "test");
}

describe("DeploySettings", () => {
  it("protects data and takes everything from upstream when nothing is set", () => {
    const settings = DeploySettings.of(stack());
    expect(settings).toMatchObject({ allowDestroy: false, charts: "upstream", imageRegistry: undefined });
    expect(settings.image("quay.io/a/b:1")).toBe("quay.io/a/b:1");
  });

  it("reaches every construct below its scope, and none beside it", () => {
    const app = Testing.app();
    const one = new TerraformStack(app, "one");
    const other = new TerraformStack(app, "other");
    DeploySettings.set(one, { allowDestroy: true, charts: "oci://mirror.example.com/charts" });
    const deep = new Construct(new Construct(one, "A"), "B");
    expect(DeploySettings.of(deep)).toMatchObject({ allowDestroy: true, charts: "oci://mirror.example.com/charts" });
    expect(DeploySettings.of(other).allowDestroy).toBe(false);
  });

  it("gives way to the settings of a nearer scope", () => {
    const outer = stack();
    DeploySettings.set(outer, { allowDestroy: true });
    const inner = new Construct(outer, "Inner");
    DeploySettings.set(inner, { allowDestroy: false });
    expect(DeploySettings.of(new Construct(inner, "Deep")).allowDestroy).toBe(false);
  });

  it.each([
    ["quay.io/a/b:1", "mirror.example.com/x/a/b:1"],
    ["localhost:5000/a:1", "mirror.example.com/x/a:1"],
    ["library/mariadb:11", "mirror.example.com/x/library/mariadb:11"],
    ["mariadb:11", "mirror.example.com/x/mariadb:11"],
    [`quay.io/a/b@sha256:${"0".repeat(64)}`, `mirror.example.com/x/a/b@sha256:${"0".repeat(64)}`],
  ])("takes %s from a mirror as %s", (image, mirrored) => {
    const scope = stack();
    DeploySettings.set(scope, { imageRegistry: "mirror.example.com/x" });
    expect(DeploySettings.of(scope).image(image)).toBe(mirrored);
  });

  it("names an own image by tag and digest where the digest of that very tag is known", () => {
    const scope = stack();
    const digest = `sha256:${"0".repeat(64)}`;
    DeploySettings.set(scope, { ownRegistry: "registry.example.com/own", ownDigests: { "spark:1": digest } });
    const { image } = { image: (reference: string) => DeploySettings.of(scope).image(reference) };
    expect(image("terralake/spark:1")).toBe(`registry.example.com/own/terralake/spark:1@${digest}`);
    expect(image("terralake/spark:2")).toBe("registry.example.com/own/terralake/spark:2");
    expect(image("quay.io/spark:1")).toBe("quay.io/spark:1");
  });
});
