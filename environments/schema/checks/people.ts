import { formatPath, type Problem } from "../errors";
import { check } from "./check";

const localUsersOnly = check({ needs: ["target", "people"] }, ({ target, people }) => {
  if (target.kind !== "gke" || !people.userpass) return [];
  const allowed = "false on gke, where people log in by an identity provider";
  return [{ path: "people.userpass", given: "true", allowed, next: "use people.oidc" }];
});

const readableValues = check({ needs: ["people", "secrets"], clean: ["people"] }, ({ people, secrets: { source } }) => {
  if (source.kind === "vault") return [];
  return Object.entries(people.oidc?.groups ?? {})
    .filter(([, role]) => role === "secrets-reader")
    .map(
      ([group, role]): Problem => ({
        path: formatPath(["people", "oidc", "groups", group]),
        given: `"${role}"`,
        allowed: `auditor, operator, admin, as Vault holds no values with secrets.source "${source.kind}"`,
        next: `let the group read in ${source.kind}`,
      }),
    );
});

/** Rules on how people log in. */
export const peopleChecks = [localUsersOnly, readableValues];
