import type { IConstruct } from "constructs";

/**
 * A mistake in how constructs are put together, found at synthesis.
 *
 * The message has the construct's path, the problem with the value given, and the next step.
 */
export class PlatformError extends Error {
  /** Where it was found. */
  declare readonly scope: IConstruct;

  constructor(
    scope: IConstruct,
    readonly problem: string,
    readonly nextStep: string,
  ) {
    super(`${scope.node.path || "app"}: ${problem}: ${nextStep}`);
    this.name = "PlatformError";
    // Not enumerable: Node prints the members of an error, and a construct has the whole tree in it.
    Object.defineProperty(this, "scope", { value: scope, enumerable: false });
  }
}
