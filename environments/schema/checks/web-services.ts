import { formatGiven, type Problem } from "../errors";
import { check } from "./check";

/** Pods act as a Google service account by Workload Identity, which only GKE has. */
const googleAccounts = check(
  { needs: ["target", "services"], clean: ["target", "services"] },
  ({ target, services: { webServices } }) =>
    target.kind === "gke"
      ? []
      : Object.entries(webServices?.services ?? {}).flatMap(([name, { googleServiceAccount }]): readonly Problem[] =>
          googleServiceAccount === undefined
            ? []
            : [
                {
                  path: `services.webServices.services.${name}.googleServiceAccount`,
                  given: formatGiven(googleServiceAccount),
                  allowed: `nothing, as target.kind is ${formatGiven(target.kind)}`,
                  next: "leave it out, and give the program a key of a declared secret",
                },
              ],
        ),
);

/** Rules on web services that depend on where they run. */
export const webServiceChecks = [googleAccounts];
