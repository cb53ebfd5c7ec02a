import { TerraformStack, Testing } from "cdktf";
import { googleProvider } from "../../../constructs/gke/google-provider";
import { DeploySettings, type DeploySettingsProps } from "../../../constructs/terraform/deploy-settings";

/** Ranges of a network that do not overlap. */
export const ranges = {
  nodes: "10.10.0.0/20",
  pods: "10.16.0.0/14",
  services: "10.20.0.0/20",
  controlPlane: "172.16.0.0/28",
  connector: "10.30.0.0/28",
  privateServices: "10.40.0.0/20",
};

/** A resource as Terraform reads it. */
export type Block = Readonly<Record<string, unknown>>;

/** A stack with nothing but its provider, for one test. */
export function emptyStack(settings?: DeploySettingsProps): TerraformStack {
  const stack = new TerraformStack(Testing.app(), "test");
  if (settings) {
    DeploySettings.set(stack, settings);
  }
  googleProvider(stack, { environment: "gke-dev", project: "example-dev", region: "europe-west1" });
  return stack;
}

interface Document {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Block>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, Block>>>>;
  readonly output?: Readonly<Record<string, Block>>;
  readonly provider?: Readonly<Record<string, readonly Block[]>>;
  readonly import?: readonly Block[];
  readonly variable?: Readonly<Record<string, Block>>;
}

/** The stack's JSON, with validations run. */
export function documentOf(stack: TerraformStack): Document {
  return JSON.parse(Testing.synth(stack, true)) as Document;
}

/** All resources of a type. */
export function all(stack: TerraformStack, type: string): readonly Block[] {
  return Object.values(documentOf(stack).resource?.[type] ?? {});
}

/** The one resource of a type; fails when there is none or another one. */
export function only(stack: TerraformStack, type: string): Block {
  const found = all(stack, type);
  expect(found).toHaveLength(1);
  return found[0] as Block;
}

/** The resource of a type that has a property with a value. */
export function where(stack: TerraformStack, type: string, property: string, value: unknown): Block {
  const found = all(stack, type).filter((block) => block[property] === value);
  expect(found).toHaveLength(1);
  return found[0] as Block;
}

/** An attribute of another resource, as Terraform refers to it. */
export function reference(attribute: string): string {
  return `\${${attribute}}`;
}
