import type { BucketAccount } from "../../constructs/services";
import type { Services } from "..";
import type { AroundIdentities, GoogleIdentity } from "../definition";
import { identityEmail } from "../parts/google-buckets";
import { servicesOn } from "./on";

/** Buckets that the services that are on ask for, in the order of their names. */
export function bucketsOn(services: Services): readonly string[] {
  const asked = servicesOn(services).flatMap(({ definition, settings }) => definition.buckets?.(settings) ?? []);
  return [...new Set(asked)].sort();
}

/** Buckets that hold backups of services that are on, each with the days that a copy stays. */
export function backupBucketsOn(services: Services): ReadonlyMap<string, number> {
  const asked = new Set(bucketsOn(services));
  const backups = [services.postgres?.backup, services.nessie?.backup, services.mariadb?.backup];
  return new Map(
    backups.flatMap((backup) => (backup && asked.has(backup.bucket) ? [[backup.bucket, backup.keepDays]] : [])),
  );
}

/** What the identities of a service depend on. */
export function aroundIdentities(services: Services): AroundIdentities {
  const tables = servicesOn(services).flatMap(({ definition, settings }) => definition.tables?.(settings) ?? []);
  return { tables: [...new Set(tables)].sort(), buckets: bucketsOn(services) };
}

/** Whether the object store is Cloud Storage that pods open as themselves, without keys. */
export function isKeyless(services: Services): boolean {
  return services.objectStore?.kind === "gcs" && services.objectStore.gcs?.access === "identity";
}

/** The Google identities of the services that are on; none where buckets are opened by keys. */
export function googleIdentitiesOn(services: Services): readonly GoogleIdentity[] {
  if (!isKeyless(services)) {
    return [];
  }
  const around = aroundIdentities(services);
  return servicesOn(services)
    .flatMap(({ definition, settings }) => definition.googleIdentities?.(settings, around) ?? [])
    .filter(({ buckets }) => buckets.length > 0);
}

/** Annotations by which the pods of a Kubernetes service account act as their Google identity; empty without one. */
export function identityAnnotations(
  services: Services,
  { namespace, serviceAccount }: BucketAccount,
): Readonly<Record<string, string>> {
  const place = services.objectStore?.place;
  const found = googleIdentitiesOn(services).find(({ kubernetes }) =>
    kubernetes.some((each) => each.namespace === namespace && each.serviceAccount === serviceAccount),
  );
  return place && found ? { "iam.gke.io/gcp-service-account": identityEmail(place, found.name) } : {};
}
