import type { ITerraformDependable } from "cdktf";
import type { ServiceEndpoint } from "./endpoint";

/** A registry of schemas with the API of Confluent's. */
export interface SchemaRegistry {
  /** Base of that API, without a slash at the end. */
  readonly url: string;
  readonly server: ServiceEndpoint;
  /**
   * What to wait for, where it is made in the same stack.
   *
   * @default - nothing
   */
  readonly resource?: ITerraformDependable;
}
