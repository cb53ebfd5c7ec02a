import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { TerraformStack, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { bootstrapAddresses, type GkePlace } from "./addresses";

/** Settings of {@link googleProvider}. */
export interface GoogleProviderProps extends GkePlace {
  /**
   * Service account, by email, whose short-lived tokens the provider uses, unless the variable `deployer` names the
   * identity that plans.
   *
   * @default - the identity of whoever runs Terraform
   */
  readonly impersonate?: string;
  /**
   * Name by which resources choose the provider, where a stack has another one.
   *
   * @default - the provider of every resource that names none
   */
  readonly alias?: string;
}

/** Configures a google provider of the stack, its one unless it has an alias: project, region, identity and the labels of every resource. */
export function googleProvider(scope: Construct, props: GoogleProviderProps): GoogleProvider {
  const provider = new GoogleProvider(scope, props.alias ? `Google-${props.alias}` : "Google", {
    alias: props.alias,
    project: props.project,
    region: props.region,
    // TF-06, TF-09: credentials of this environment alone, short-lived and renewed during a long apply.
    impersonateServiceAccount: props.impersonate ? deployer(scope, props, props.impersonate) : planner(scope, props),
  });
  // An override, since CDKTF writes every key of a provider in snake case: `managed-by` would become `managed_by`.
  provider.addOverride("default_labels", { environment: props.environment, "managed-by": "terralake" });
  return provider;
}

/**
 * Email of the identity that the stack is applied as, or planned as where the variable `deployer` says so: a pull request
 * plans what was synthesized for the apply, byte for byte, as the identity that can only read.
 *
 * @param identity the identity of the environment that applies, unless another one is needed
 */
export function deployer(
  scope: Construct,
  place: GkePlace,
  identity = bootstrapAddresses(scope, place).applyIdentity,
): string {
  return variable(scope, identity, [identity, bootstrapAddresses(scope, place).planIdentity]).stringValue;
}

/** The same for a stack that a person applies: nobody is impersonated but to plan. */
function planner(scope: Construct, place: GkePlace): string {
  const { planIdentity } = bootstrapAddresses(scope, place);
  const { fqn } = variable(scope, "", ["", planIdentity]);
  return `\${${fqn} == "" ? null : ${fqn}}`;
}

/** The variable of the whole stack; it takes identities of this environment only (TF-06). */
function variable(scope: Construct, value: string, allowed: readonly string[]): TerraformVariable {
  const stack = TerraformStack.of(scope);
  const id = "deployer";
  const existing = stack.node.tryFindChild(id);
  if (existing instanceof TerraformVariable) {
    return existing;
  }
  const made = new TerraformVariable(stack, id, {
    type: "string",
    description: "identity to act as",
    default: value,
    nullable: false,
    validation: [
      {
        condition: `\${contains(${JSON.stringify(allowed)}, var.${id})}`,
        errorMessage: `deployer is none of ${allowed.filter((each) => each !== "").join(", ")}; take one of this environment.`,
      },
    ],
  });
  made.overrideLogicalId(id);
  return made;
}
