import { bucketsOn, googleIdentitiesOn, isKeyless } from "../../../catalogue/assembly/google-identities";
import { servicesOn } from "../../../catalogue/assembly/on";
import { googleBucketProblems, googleLimits, identityAccount } from "../../../catalogue/parts/google-buckets";
import { formatGiven, type Problem } from "../errors";
import type { Services } from "../services";
import { check } from "./check";

/** What a review asks of data that people rely on: more than one machine has it, and it can be had back. */
const lastingData = check({ needs: ["target", "services", "allowDestroy"] }, ({ target, services }, given) => {
  if (target.kind !== "gke" || target.tier === "dev" || given.dataReason !== undefined) {
    return [];
  }
  const { objectStore, postgres } = services;
  const override = "say why not in dataReason";
  const problems: Problem[] = [];
  if (objectStore?.kind === "seaweedfs") {
    problems.push({
      path: "services.objectStore.kind",
      given: formatGiven(objectStore.kind),
      allowed: `gcs, s3 or ceph in ${target.tier}: seaweedfs keeps all objects on one volume, and loses them with it`,
      next: `use kind: "gcs", or ${override}`,
    });
  }
  if (postgres && postgres.kind === "cloudnative-pg" && !postgres.backup) {
    problems.push({
      path: "services.postgres.backup",
      given: "missing",
      allowed: `a backup in ${target.tier}: the catalogue of all tables would be lost with its volumes`,
      next: `add backup: {}, use kind: "cloud-sql", or ${override}`,
    });
  }
  return problems;
});

/** What only a cluster on Google Cloud reaches. */
const onlyOnGoogle = check({ needs: ["target", "services"] }, ({ target, services }) => {
  if (target.kind === "gke") {
    return [];
  }
  return [
    ...(isKeyless(services)
      ? [
          {
            path: "services.objectStore.kind",
            given: '"gcs" without keys',
            allowed: `gcs with keys, or another kind, as target.kind is ${formatGiven(target.kind)}: its pods have no identity of Google`,
            next: "give gcs.keys, declared in secrets.declared, or leave kind out",
          },
        ]
      : []),
    ...(services.postgres?.kind === "cloud-sql"
      ? [
          {
            path: "services.postgres.kind",
            given: '"cloud-sql"',
            allowed: `"cloudnative-pg", as target.kind is ${formatGiven(target.kind)}: Cloud SQL is in the network of a cluster of Google`,
            next: "leave kind out, or use target.kind gke",
          },
        ]
      : []),
    ...(services.valkey?.kind === "memorystore"
      ? [
          {
            path: "services.valkey.kind",
            given: '"memorystore"',
            allowed: `"valkey", as target.kind is ${formatGiven(target.kind)}: Memorystore is in the network of a cluster of Google`,
            next: "leave kind out, or use target.kind gke",
          },
        ]
      : []),
  ];
});

/** Services whose tables others open; who uses one of them opens its buckets. */
function tableServices(services: Services): readonly string[] {
  return servicesOn(services)
    .filter(({ definition, settings }) => (definition.tables?.(settings) ?? []).length > 0)
    .map(({ name }) => name);
}

/** Services that open buckets by key pairs, where there are none. */
const keysOnly = check({ needs: ["services"], clean: ["services"] }, ({ services }) => {
  if (!isKeyless(services)) {
    return [];
  }
  const tables = tableServices(services);
  return servicesOn(services).flatMap(({ name, definition, settings }): readonly Problem[] => {
    const asked = name === "objectStore" ? [] : (definition.buckets?.(settings) ?? []);
    const needed = [...(definition.needs?.(settings) ?? []).flat(), ...(definition.uses ?? [])];
    const opens = asked.length > 0 || needed.some((each) => tables.includes(each));
    return opens && !definition.googleIdentities
      ? [
          {
            path: `services.${name}`,
            given: "on, beside an object store of kind gcs without keys",
            allowed: "services that open buckets as themselves: this one knows key pairs only",
            next: 'set services.objectStore.gcs to { access: "keys", keys }, or leave it out',
          },
        ]
      : [];
  });
});

const names = check({ needs: ["target", "services", "name"], clean: ["services"] }, ({ target, services, name }) => {
  if (target.kind !== "gke" || !isKeyless(services)) {
    return [];
  }
  const place = { project: target.project, environment: name };
  const tooLong = googleIdentitiesOn(services)
    .map((identity) => ({ identity: identity.name, account: identityAccount(place, identity.name) }))
    .filter(({ account }) => account.length > googleLimits.serviceAccount)
    .map(({ identity, account }) => ({
      path: "name",
      given: `${formatGiven(name)}, of which the service account ${formatGiven(account)} is made: ${name.length} + 1 + ${identity.length} = ${account.length} characters`,
      allowed: `at most ${googleLimits.serviceAccount - identity.length - 1} characters, as a service account has ${googleLimits.serviceAccount}`,
      next: "choose a shorter name",
    }));
  return [...googleBucketProblems(place, bucketsOn(services)), ...tooLong];
});

/** What Cloud SQL cannot do that a server in the cluster can. */
const managedSql = check({ needs: ["services", "secrets"] }, ({ services, secrets }) => {
  if (services.postgres?.kind !== "cloud-sql") {
    return [];
  }
  const databases = services.trino?.databases ?? [];
  return [
    ...(secrets.source.kind === "onepassword"
      ? [
          {
            path: "services.postgres.kind",
            given: '"cloud-sql" with secrets.source.kind "onepassword"',
            allowed:
              "a source that the platform writes to (vault, google-secret-manager): users get their passwords there",
            next: "use another source, or kind cloudnative-pg",
          },
        ]
      : []),
    ...(databases.length > 0
      ? [
          {
            path: "services.trino.databases",
            given: formatGiven(databases),
            allowed: "databases of kind cloudnative-pg: Vault gives out no users of Cloud SQL for a time",
            next: "leave databases out, or use services.postgres.kind cloudnative-pg",
          },
        ]
      : []),
  ];
});

/** Memorystore takes tokens of identities, and the services of the catalogue that use a store know passwords. */
const managedStore = check({ needs: ["services"] }, ({ services }) =>
  services.valkey?.kind === "memorystore"
    ? servicesOn(services)
        .filter(({ definition, settings }) =>
          (definition.needs?.(settings) ?? []).some((any) => any.includes("valkey")),
        )
        .map(
          ({ name }): Problem => ({
            path: `services.${name}`,
            given: 'on, beside services.valkey.kind "memorystore"',
            allowed:
              "programs of your own with an identity: Memorystore takes no password, and this one knows nothing else",
            next: 'use services.valkey.kind "valkey"',
          }),
        )
    : [],
);

/** Rules on what services keep outside the cluster, and on what they may not keep inside. */
export const googleDataChecks = [onlyOnGoogle, lastingData, keysOnly, names, managedSql, managedStore];
