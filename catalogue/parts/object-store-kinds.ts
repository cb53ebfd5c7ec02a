import type * as z from "zod";
import type { Problem } from "../../environments/schema/errors";
import type { Bytes } from "../../environments/schema/quantity";
import { type BucketCredentials, declaredKey } from "../../environments/schema/service-secrets";
import type { GooglePlace, ServiceSettings } from "../definition";
import { dnsLabel, list, oneOf, type Resources, strict, text, truth, wholeNumber } from "../fields";
import type { BucketSettings } from "./bucket-fields";

/** Who keeps the objects: SeaweedFS in the cluster, a store outside that speaks S3, Google's, or a Ceph cluster of Rook. */
export const kinds = ["seaweedfs", "s3", "gcs", "ceph"] as const;

const keyPair = strict({
  accessKey: declaredKey("lake/object-store#access_key"),
  secretKey: declaredKey("lake/object-store#secret_key"),
});

const region = text(/^[a-z0-9][-a-z0-9]{0,62}$/, "a region, such as eu-central-1", "write it as the store does");

/** A store outside the cluster that speaks S3. */
export const s3Input = strict({
  endpoint: text(
    /^https?:\/\/[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:\d{1,5})?$/,
    "scheme and host, such as https://s3.eu-central-1.amazonaws.com",
    "write them without a path",
  ),
  region,
  /** Buckets as paths; as host names without it. */
  pathStyle: truth().optional(),
  /** Key pair for buckets that `credentials` does not name. */
  keys: keyPair.optional(),
  cidrs: list(
    text(/^[\d.]+\/\d{1,2}$/, "a range in CIDR notation, such as 10.20.0.0/16", "write address and length"),
    "ranges",
  ).optional(),
});

/** Cloud Storage: buckets that the platform makes and pods open as themselves, or by its S3-compatible interface. */
export const gcsInput = strict({
  /** `identity`: by Workload Identity, without keys; `keys`: by HMAC keys of a service account. */
  access: oneOf("identity", "keys").optional(),
  /** An HMAC key of a service account. */
  keys: keyPair.optional(),
});

/** How Cloud Storage is opened. */
export interface GcsSettings {
  readonly access: "identity" | "keys";
  readonly keys?: z.output<typeof keyPair>;
}

/** Fills in what was left out: without keys, pods open buckets as themselves. */
export function gcsSettings(
  kind: string | undefined,
  given: z.output<typeof gcsInput> | undefined,
): GcsSettings | undefined {
  if (kind !== "gcs" && given === undefined) {
    return undefined;
  }
  return { access: given?.access ?? (given?.keys ? "keys" : "identity"), ...(given?.keys && { keys: given.keys }) };
}

/** Buckets of a Ceph cluster that Rook runs. */
export const cephInput = strict({
  storageClass: dnsLabel().optional(),
  /** Name of the CephObjectStore. */
  store: dnsLabel().optional(),
  /** Namespace of Rook's cluster. */
  namespace: dnsLabel().optional(),
  /** Port of the gateway's Service. */
  port: wholeNumber(1, 65535).optional(),
});

/** Settings of the object store with their defaults. */
export interface ObjectStoreSettings extends ServiceSettings {
  readonly kind: (typeof kinds)[number];
  readonly storage: Bytes;
  readonly storageClass?: string;
  readonly resources: Resources;
  readonly image?: string;
  readonly runAs?: { readonly user: number; readonly group?: number };
  /** Domain of which buckets are host names too. */
  readonly domain?: string;
  /** Whether the pages for administrators are there. */
  readonly console: boolean;
  /** Key pairs of buckets that are keys of declared secrets. */
  readonly credentials: { readonly [bucket: string]: BucketCredentials };
  /** What is said of buckets. */
  readonly buckets: { readonly [bucket: string]: BucketSettings };
  readonly s3?: z.output<typeof s3Input>;
  readonly gcs?: GcsSettings;
  readonly ceph?: z.output<typeof cephInput>;
  /** Where buckets of Cloud Storage are made. @default - the cluster is not on Google Cloud */
  readonly place?: GooglePlace;
}

/** Settings that belong to another kind, and those that a kind cannot be without. */
export function kindProblems(settings: ObjectStoreSettings): readonly Problem[] {
  const { kind, s3, gcs } = settings;
  const misplaced = (["s3", "gcs", "ceph"] as const).filter((each) => each !== kind && settings[each] !== undefined);
  return [
    ...misplaced.map((each) => ({
      path: each,
      given: `settings of a store of kind ${each}`,
      allowed: `those of kind ${kind}`,
      next: `write kind: "${each}" or leave ${each} out`,
    })),
    ...(kind === "s3" && s3 === undefined
      ? [{ path: "s3", given: "missing", allowed: "an object with endpoint, region and keys", next: "add it" }]
      : []),
    ...((kind === "s3" && s3 && !s3.keys) || (kind === "gcs" && gcs?.access === "keys" && !gcs.keys)
      ? [keysProblem(kind)]
      : []),
    ...(kind === "gcs" && gcs?.access === "keys" ? rulesProblems(settings) : []),
    ...renamedProblems(settings),
  ];
}

function keysProblem(kind: string): Problem {
  return {
    path: `${kind}.keys`,
    given: "missing",
    allowed: "accessKey and secretKey, keys of declared secrets: the store makes key pairs itself",
    next: `declare them in secrets.declared and name them, such as lake/object-store#access_key`,
  };
}

/** Cloud Storage has other documents for versions and rules than S3. */
function rulesProblems({ buckets }: ObjectStoreSettings): readonly Problem[] {
  return Object.entries(buckets).flatMap(([bucket, { versioning, lifecycle }]) =>
    versioning === undefined && lifecycle === undefined
      ? []
      : [
          {
            path: `buckets.${bucket}`,
            given: versioning === undefined ? "lifecycle" : "versioning",
            allowed: "name only: buckets of Cloud Storage get their versions and rules where they are made",
            next: "set them at the bucket itself",
          },
        ],
  );
}

/** Stores that make buckets make them by the names that services know. */
function renamedProblems({ kind, gcs, buckets }: ObjectStoreSettings): readonly Problem[] {
  if (kind === "s3" || (kind === "gcs" && gcs?.access === "keys")) {
    return [];
  }
  return Object.entries(buckets).flatMap(([bucket, { name }]) =>
    name === undefined || name === bucket
      ? []
      : [
          {
            path: `buckets.${bucket}.name`,
            given: JSON.stringify(name),
            allowed: "another name only where buckets are there already: in a store of kind s3, or gcs with keys",
            next: "leave it out",
          },
        ],
  );
}
