import { serviceAccountEmail } from "../../constructs/gke/addresses";
import { formatGiven, type Problem } from "../../environments/schema/errors";
import type { GooglePlace } from "../definition";
import type { ObjectStoreSettings } from "./object-store-kinds";

/** Longest names that Google takes. */
export const googleLimits = {
  /** @see https://cloud.google.com/storage/docs/buckets#naming */
  bucket: 63,
  /** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/create */
  serviceAccount: 30,
} as const;

/** Uses that other layers have buckets for: `<project>-<environment>-<use>` is theirs. */
const takenBuckets = ["backup", "lake", "recovery", "snapshots", "staging", "state", "terraform-state"];

type Place = Pick<GooglePlace, "project" | "environment">;

/** Name of the bucket that the data layer makes for a service: bucket names are shared by the whole world. */
export function serviceBucketName({ project, environment }: Place, bucket: string): string {
  return `${project}-${environment}-${bucket}`;
}

/** Short name of the Google service account that a service's pods act as. */
export function identityAccount({ environment }: Place, identity: string): string {
  return `${environment}-${identity}`;
}

/** Email of the Google service account that a service's pods act as. */
export function identityEmail(place: Place, identity: string): string {
  return serviceAccountEmail(place.project, identityAccount(place, identity));
}

/** What is wrong with buckets that the data layer is to make, as far as the object store shows it. */
export function googleStoreProblems(settings: ObjectStoreSettings): readonly Problem[] {
  const { kind, gcs, buckets } = settings;
  if (kind !== "gcs" || gcs?.access !== "identity") {
    return Object.entries(buckets).flatMap(([bucket, { retentionDays }]) =>
      retentionDays === undefined
        ? []
        : [
            {
              path: `buckets.${bucket}.retentionDays`,
              given: String(retentionDays),
              allowed: "days in a store of kind gcs that pods open as themselves, whose buckets the platform makes",
              next: "leave it out, and set it at the bucket itself",
            },
          ],
    );
  }
  return [
    ...(gcs.keys
      ? [
          {
            path: "gcs.keys",
            given: "keys of declared secrets",
            allowed: 'no keys with access: "identity"',
            next: "leave one of the two out",
          },
        ]
      : []),
    ...Object.keys(settings.credentials).map((bucket) => ({
      path: `credentials.${bucket}`,
      given: "keys of declared secrets",
      allowed: "no keys where pods open buckets as themselves",
      next: "leave it out",
    })),
    ...Object.entries(buckets).flatMap(([bucket, { retentionDays, versioning }]) =>
      retentionDays !== undefined && versioning
        ? [
            {
              path: `buckets.${bucket}.retentionDays`,
              given: `${retentionDays} with versioning: true`,
              allowed: "one of the two: Cloud Storage refuses both together",
              next: "leave versioning out",
            },
          ]
        : [],
    ),
  ];
}

/** What is wrong with the names of buckets that services ask for. */
export function googleBucketProblems(place: Place, asked: readonly string[]): readonly Problem[] {
  return asked.flatMap((bucket): readonly Problem[] => {
    const name = serviceBucketName(place, bucket);
    const path = `services.objectStore.buckets.${bucket}`;
    if (takenBuckets.includes(bucket)) {
      return [
        {
          path,
          given: formatGiven(bucket),
          allowed: `a name that no other layer has a bucket for: not ${takenBuckets.join(", ")}`,
          next: `use another one, such as ${bucket}-data`,
        },
      ];
    }
    if (name.length > googleLimits.bucket) {
      const [project, environment] = [place.project.length, place.environment.length];
      return [
        {
          path,
          given: `${formatGiven(name)}, ${project} + 1 + ${environment} + 1 + ${bucket.length} = ${name.length} characters`,
          allowed: `at most ${googleLimits.bucket}: project, environment and bucket with hyphens between`,
          next: `shorten the bucket to ${googleLimits.bucket - project - environment - 2} characters, or the environment's name`,
        },
      ];
    }
    return [];
  });
}
