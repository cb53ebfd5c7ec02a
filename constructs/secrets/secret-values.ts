import type { Construct } from "constructs";
import { idOf } from "../kubernetes";
import { EphemeralResource, literal } from "../terraform";
import { InputVariable } from "./input-variable";
import type { SecretRef, SecretValue } from "./secret-ref";

/**
 * Values of secrets as expressions for write-only arguments: generated ones are made ephemerally, provided ones come in as
 * ephemeral variables, so none is in a plan or a state (rule TF-01).
 */
export class SecretValues {
  private readonly inputs = new Map<string, InputVariable>();

  /** @param owner the source of secrets, below which variables are declared */
  constructor(private readonly owner: Construct) {}

  /**
   * The expression of each key, in the order of the keys.
   *
   * @param scope where ephemeral resources are made, the secret's own; they are made anew by each call
   */
  expressions(
    scope: Construct,
    ref: SecretRef,
    values: { readonly [key: string]: SecretValue },
  ): readonly (readonly [key: string, expression: string])[] {
    return ref.keys.map((key) => [key, this.expression(scope, key, values[key])] as const);
  }

  private expression(scope: Construct, key: string, value: SecretValue | undefined): string {
    switch (value?.source) {
      case undefined:
        return '""';
      case "fixed":
        return literal(JSON.stringify(value.value));
      case "provided":
        return this.input(value.variable, value.description).reference;
      case "generated":
        return new EphemeralResource(scope, idOf(key), "random_password", {
          length: value.length,
          special: value.alphabet === "full",
        }).reference("result");
      case "fernet": {
        const password = new EphemeralResource(scope, idOf(key), "random_password", { length: 64, special: false });
        // 32 bytes of its digest, in the alphabet that Fernet wants.
        return `replace(replace(base64sha256(${password.reference("result")}), "+", "-"), "/", "_")`;
      }
      default:
        return value satisfies never;
    }
  }

  private input(variable: string, description: string): InputVariable {
    const found =
      this.inputs.get(variable) ?? new InputVariable(this.owner, `${idOf(variable)}Variable`, variable, description);
    this.inputs.set(variable, found);
    return found;
  }
}

/** One JSON object of the keys and their expressions, as an expression of its own. */
export function jsonOf(expressions: readonly (readonly [key: string, expression: string])[]): string {
  return `\${jsonencode({${expressions.map(([key, expression]) => `${JSON.stringify(key)} = ${expression}`).join(", ")}})}`;
}
