import { formatGiven, formatPath, type Problem } from "../errors";
import { check } from "./check";

const path = (...rest: readonly (string | number)[]) => formatPath(["google", "bootstrap", ...rest]);

const eachOnce = check({ needs: ["google"], clean: ["google"] }, ({ google }) => {
  const operators = google?.bootstrap.operators ?? [];
  return operators.flatMap((member, index): readonly Problem[] =>
    operators.indexOf(member) === index
      ? []
      : [
          {
            path: path("operators", index),
            given: formatGiven(member),
            allowed: "each member once",
            next: "remove it",
          },
        ],
  );
});

const groupsWhereItCounts = check({ needs: ["target", "google"], clean: ["target", "google"] }, (environment) => {
  const { target, google } = environment;
  if (target.kind !== "gke" || target.tier === "dev") return [];
  return (google?.bootstrap.operators ?? []).flatMap((member, index): readonly Problem[] =>
    member.startsWith("user:")
      ? [
          {
            path: path("operators", index),
            given: formatGiven(member),
            allowed: `a group in ${target.tier}, so that who leaves the team loses the right with it`,
            next: "put the person in a group, and name that",
          },
        ]
      : [],
  );
});

/** Rules on who may act for an environment on Google Cloud. */
export const bootstrapChecks = [eachOnce, groupsWhereItCounts];
