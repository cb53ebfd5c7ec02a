import type { Problem } from "../../environments/schema/errors";
import type { ServiceSettings } from "../definition";

/**
 * A service that must have a namespace to itself and shares it with another.
 *
 * @param who those who run code there, as the message has it: `who sends code`
 */
export function sharedNamespace(
  { service, who, suggested }: { readonly service: string; readonly who: string; readonly suggested: string },
  { namespace }: ServiceSettings,
  all: { readonly [service: string]: ServiceSettings },
): readonly Problem[] {
  const owner = Object.keys(all).find((name) => name !== service && all[name]?.namespace === namespace);
  return owner === undefined
    ? []
    : [
        {
          path: "namespace",
          given: `"${namespace}"`,
          allowed: `a namespace without other data services: ${who} could read the secrets of ${owner} there`,
          next: `use one of its own, such as ${suggested}`,
        },
      ];
}
