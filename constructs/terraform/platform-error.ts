import type { IConstruct } from "constructs";

/**
 * A mistake in how constructs are put together, found at synthesis.
 *
 * The message has the construct's path, the problem with the value given, and the next step.
 */
export class PlatformError extends Error {
  constructor(
    readonly scope: IConstruct,
    readonly problem: string,
    readonly nextStep: string,
  ) {
    super(`${scope.node.path || "app"}: ${problem}: ${nextStep}`);
    this.name = "PlatformError";
  }
}
