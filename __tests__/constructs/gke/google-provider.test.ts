import { TerraformStack, Testing } from "cdktf";
import { type GoogleProviderProps, googleProvider } from "../../../constructs/gke/google-provider";
import { documentOf, reference } from "./synthesized";

const place = { environment: "gke-dev", project: "example-dev", region: "europe-west1" };
const apply = "gke-dev-apply@example-dev.iam.gserviceaccount.com";
const plan = "gke-dev-plan@example-dev.iam.gserviceaccount.com";

function synthesized(...providers: readonly Partial<GoogleProviderProps>[]) {
  const stack = new TerraformStack(Testing.app(), "test");
  for (const props of providers) googleProvider(stack, { ...place, ...props });
  return documentOf(stack);
}

describe("googleProvider", () => {
  it("acts as the identity that is named, or as the one that plans", () => {
    const { provider, variable } = synthesized({ impersonate: apply });
    expect(provider?.google).toMatchObject([{ impersonate_service_account: reference("var.deployer") }]);
    expect(variable?.deployer).toMatchObject({
      default: apply,
      nullable: false,
      validation: [{ condition: reference(`contains(["${apply}","${plan}"], var.deployer)`) }],
    });
  });

  it("acts as another identity than the environment's where one is named", () => {
    const other = "org@example-dev.iam.gserviceaccount.com";
    expect(synthesized({ impersonate: other }).variable?.deployer).toMatchObject({ default: other });
  });

  it("acts as whoever runs Terraform where none is named, unless it is to plan", () => {
    const { provider, variable } = synthesized({});
    expect(provider?.google).toMatchObject([
      { impersonate_service_account: reference('var.deployer == "" ? null : var.deployer') },
    ]);
    expect(variable?.deployer).toMatchObject({ default: "" });
  });

  it("asks once for all providers of a stack", () => {
    const { variable } = synthesized({ impersonate: apply }, { impersonate: apply, alias: "apply" });
    expect(Object.keys(variable ?? {})).toEqual(["deployer"]);
  });

  it("labels every resource with its environment", () => {
    expect(synthesized({}).provider?.google).toMatchObject([
      { default_labels: { environment: "gke-dev", "managed-by": "terralake" } },
    ]);
  });
});
