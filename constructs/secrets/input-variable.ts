import { TerraformElement } from "cdktf";
import type { Construct } from "constructs";

/**
 * A value that whoever runs Terraform provides, as `TF_VAR_<variable>`: ephemeral, so it is in no plan and no state.
 *
 * CDKTF 0.21 has no `ephemeral` for variables. Terraform refuses a run without the value, a destroy included.
 *
 * @see https://developer.hashicorp.com/terraform/language/block/variable#ephemeral
 */
export class InputVariable extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    /** Name of the variable, as it is set; no prefix is added. */
    readonly variable: string,
    readonly description: string,
  ) {
    super(scope, id, "var");
  }

  /** The value without `${}`, for use inside a larger expression such as `jsonencode`. */
  get reference(): string {
    return `var.${this.variable}`;
  }

  override toTerraform(): unknown {
    const { description } = this;
    return {
      variable: { [this.variable]: { type: "string", ephemeral: true, sensitive: true, nullable: false, description } },
    };
  }
}
