import { formatGiven } from "../errors";
import { check } from "./check";

const cloudOnly = check({ needs: ["target", "secrets"] }, ({ target, secrets }) => {
  if (secrets.source.kind !== "google-secret-manager" || target.kind === "gke") return [];
  const allowed = `vault or onepassword on ${target.kind}, as only pods of gke have an identity of Google Cloud`;
  return [
    { path: "secrets.source.kind", given: formatGiven(secrets.source.kind), allowed, next: "leave secrets.source out" },
  ];
});

const vaultsOnce = check({ needs: ["secrets"], clean: ["secrets"] }, ({ secrets: { source } }) => {
  if (source.kind !== "onepassword") return [];
  return source.vaults.flatMap((vault, i) =>
    source.vaults.indexOf(vault) === i
      ? []
      : [
          {
            path: `secrets.source.vaults[${i}]`,
            given: formatGiven(vault),
            allowed: "each vault once",
            next: "remove it",
          },
        ],
  );
});

const vaultOnly = check({ needs: ["secrets"], clean: ["secrets"] }, ({ secrets: { source, sharedReaders } }) => {
  if (source.kind === "vault") return [];
  return sharedReaders.map(({ role }, i) => ({
    path: `secrets.sharedReaders[${i}]`,
    given: formatGiven(role),
    allowed: `none, as Vault holds no values with secrets.source "${source.kind}"`,
    next: "remove it, or leave secrets.source out",
  }));
});

/** Rules on where secrets come from. */
export const secretSourceChecks = [cloudOnly, vaultsOnce, vaultOnly];
