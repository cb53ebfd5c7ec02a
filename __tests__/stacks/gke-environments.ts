import { environments } from "../../environments";
import { type GkeEnvironment, isGke } from "../../stacks/platform-stack";

/** The real environments on Google Cloud. */
export const gkeEnvironments: readonly GkeEnvironment[] = environments.filter(isGke);

/** A real environment, by its tier. */
export function ofTier(tier: GkeEnvironment["target"]["tier"]): GkeEnvironment {
  const found = gkeEnvironments.find(({ target }) => target.tier === tier);
  if (!found) {
    throw new Error(`no environment has the tier ${tier}`);
  }
  return found;
}
