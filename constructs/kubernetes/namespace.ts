import type { ITerraformDependable } from "cdktf";

/** What other constructs may know of a namespace, made here or in an earlier stack. */
export interface INamespace {
  /** Name of the namespace. */
  readonly name: string;
  /** The resource to wait for, where it is made in the same stack. */
  readonly resource?: ITerraformDependable;
}

/** A namespace that an earlier stack has made. */
export function existingNamespace(name: string): INamespace {
  return { name };
}
