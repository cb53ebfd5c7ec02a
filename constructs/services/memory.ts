import type { IConstruct } from "constructs";
import { PlatformError } from "../terraform";

const unitMebibytes: Readonly<Record<string, number>> = { Ki: 1 / 1024, Mi: 1, Gi: 1024, Ti: 1024 * 1024 };

/**
 * Mebibytes of a Kubernetes quantity such as `1536Mi`, rounded down.
 *
 * @throws PlatformError for a quantity without a binary unit
 */
export function mebibytes(scope: IConstruct, quantity: string): number {
  const [, amount = "", unit = ""] = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti)$/.exec(quantity) ?? [];
  const factor = unitMebibytes[unit];
  if (!factor) {
    throw new PlatformError(scope, `memory is "${quantity}"`, "use a number with Ki, Mi, Gi or Ti, such as 2Gi");
  }
  return Math.floor(Number(amount) * factor);
}
