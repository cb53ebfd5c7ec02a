import { formatGiven, type Problem } from "../errors";
import { closest } from "../suggest";
import { check } from "./check";

/** Each name of a list that was there before. */
function twice(path: string, names: readonly string[]): readonly Problem[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) < index
      ? [{ path: `${path}[${index}]`, given: formatGiven(name), allowed: "each database once", next: "remove it" }]
      : [],
  );
}

const ownDatabases = check({ needs: ["services"], clean: ["services"] }, ({ services }) => {
  const databases = services.postgres?.databases ?? [];
  const read = services.trino?.databases ?? [];
  return [
    ...twice("services.postgres.databases", databases),
    ...twice("services.trino.databases", read),
    ...read.flatMap((name, index): readonly Problem[] => {
      if (databases.includes(name)) return [];
      const meant = closest(name, databases);
      return [
        {
          path: `services.trino.databases[${index}]`,
          given: formatGiven(name),
          allowed: `one of services.postgres.databases: ${databases.join(", ") || "there is none"}`,
          next: meant ? `did you mean ${meant}?` : "add it to services.postgres.databases",
        },
      ];
    }),
  ];
});

const leasesOfVault = check({ needs: ["services", "secrets"], clean: ["services"] }, ({ services, secrets }) => {
  const { kind } = secrets.source;
  if (kind === "vault" || (services.trino?.databases ?? []).length === 0) return [];
  return [
    {
      path: "services.trino.databases",
      given: `on, with secrets.source.kind ${formatGiven(kind)}`,
      allowed: "only together with Vault, which makes the users",
      next: "keep the secrets in Vault or remove it",
    },
  ];
});

/** Rules on the databases of the environment's own. */
export const databaseChecks = [ownDatabases, leasesOfVault];
