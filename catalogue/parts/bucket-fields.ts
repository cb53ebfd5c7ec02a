import type * as z from "zod";
import { bucketName } from "../../constructs/services";
import type { Problem } from "../../environments/schema/errors";
import { agreed } from "../../environments/schema/field";
import { list, record, strict, text, truth, wholeNumber } from "../fields";

const days = () => wholeNumber(1, 36500).optional();

const rule = agreed(
  strict({
    prefix: text(/^.{0,1024}$/s, "the beginning of keys, such as tmp/", "write the beginning of the keys").optional(),
    expireDays: days(),
    noncurrentDays: days(),
    abortUploadsDays: days(),
  }),
  ({ expireDays, noncurrentDays, abortUploadsDays }) =>
    expireDays !== undefined || noncurrentDays !== undefined || abortUploadsDays !== undefined,
  { allowed: "a rule with expireDays, noncurrentDays or abortUploadsDays", next: "add one of them" },
);

/** Buckets of an environment by name, beside those that services ask for, or to say more of one of these. */
export const bucketsInput = record(
  {
    pattern: bucketName.pattern,
    allowed: `a bucket: ${bucketName.allowed}`,
    next: (given) => {
      const name = given
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-+|-+$/g, "");
      return name !== given && bucketName.pattern.test(name)
        ? `did you mean ${name}?`
        : "use a name such as raw-events";
    },
  },
  strict({
    /** Its name in a store that others use too. */
    name: text(bucketName.pattern, bucketName.allowed, "use the name that the bucket has in the store").optional(),
    versioning: truth().optional(),
    lifecycle: list(rule, "lifecycle rules").optional(),
    /** Days that nobody can remove or replace an object; such a bucket keeps no versions. */
    retentionDays: wholeNumber(1, 3650).optional(),
  }),
  "buckets",
);

/** A bucket as an environment describes it. */
export type BucketSettings = z.output<typeof bucketsInput>[string];

/** The rules to set; none for a bucket of which an environment says nothing but its name. */
export function rulesOf(buckets: { readonly [bucket: string]: BucketSettings }) {
  return Object.fromEntries(
    Object.entries(buckets).flatMap(([bucket, { versioning, lifecycle }]) =>
      versioning === undefined && lifecycle === undefined ? [] : [[bucket, { versioning, lifecycle: lifecycle ?? [] }]],
    ),
  );
}

/** Rules for earlier versions of objects in buckets that keep none. */
export function versionProblems(
  buckets: { readonly [bucket: string]: BucketSettings },
  versionedUnlessSaid: boolean,
): readonly Problem[] {
  return Object.entries(buckets).flatMap(([bucket, { versioning = versionedUnlessSaid, lifecycle = [] }]) =>
    lifecycle.flatMap(({ noncurrentDays }, index) =>
      noncurrentDays === undefined || versioning
        ? []
        : [
            {
              path: `buckets.${bucket}.lifecycle[${index}].noncurrentDays`,
              given: String(noncurrentDays),
              allowed: "a bucket with versioning: true, as others have no earlier versions",
              next: `add versioning: true to ${bucket}, or use expireDays`,
            },
          ],
    ),
  );
}
