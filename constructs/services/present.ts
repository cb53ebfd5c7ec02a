import type { ITerraformDependable } from "cdktf";

/** Those of the dependencies that are made in this stack, each once. */
export function present(
  ...dependencies: readonly (ITerraformDependable | undefined)[]
): readonly ITerraformDependable[] {
  return [...new Set(dependencies.filter((dependency) => dependency !== undefined))];
}
