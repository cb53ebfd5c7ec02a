import * as z from "zod";
import { type Cidr, cidr } from "./cidr";
import { list, strict, text, unionComplaint, wholeNumber } from "./field";
import { type Bytes, size as bytes } from "./quantity";
import { schedule } from "./schedule";
import { sizeOf, type Target } from "./target";

const destinationKinds = ["gcs", "s3", "volume", "none"] as const;

/** Snapshots of Vault in an environment file. */
export const snapshotsInput = strict({
  schedule: schedule().optional(),
  keepDays: wholeNumber(1, 3650).optional(),
  destination: z
    .discriminatedUnion(
      "kind",
      [
        strict({ kind: z.literal("gcs") }),
        strict({
          kind: z.literal("s3"),
          endpoint: text(
            /^https:\/\/[\w.-]+(:\d+)?$/,
            "an https:// address without path, user or query",
            "write the endpoint of the S3 service, not of the bucket",
          ),
          bucket: text(
            /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
            "the name of a bucket: 3 to 63 lower-case letters, digits, dots and hyphens",
            "name the bucket alone",
          ),
          region: text(/^[a-z0-9-]+$/, "a region such as eu-central-1", "use us-east-1 where the service has none"),
          cidrs: list(cidr(), "IPv4 ranges").optional(),
        }),
        strict({ kind: z.literal("volume"), size: bytes().optional() }),
        strict({ kind: z.literal("none") }),
      ],
      unionComplaint("kind", destinationKinds),
    )
    .optional(),
});

/** Where snapshots go. */
export type SnapshotDestination =
  /** A bucket of the environment's own project, made with the cluster. */
  | { readonly kind: "gcs" }
  /** A bucket that exists; its keys come in as ephemeral variables. */
  | {
      readonly kind: "s3";
      readonly endpoint: string;
      readonly bucket: string;
      readonly region: string;
      /**
       * Addresses of the endpoint, for the network policy.
       *
       * @default - every public address
       */
      readonly cidrs?: readonly Cidr[];
    }
  /** A volume in the cluster: it does not outlive the cluster. */
  | { readonly kind: "volume"; readonly size: Bytes }
  /** No snapshots on a schedule; `terralake vault snapshot` still takes one. */
  | { readonly kind: "none" };

/** Snapshots of Vault that are taken on a schedule (rule VLT-14). */
export interface Snapshots {
  /**
   * Schedule in UTC: minute, hour, day, month, weekday.
   *
   * @default every 6 hours on Google Cloud, else daily
   */
  readonly schedule: string;
  /**
   * Days that a copy stays. In the bucket that this project makes nobody can remove a copy before, where data is kept at all.
   *
   * @default 30 in staging and prod, else 7
   */
  readonly keepDays: number;
  /** @default gcs on Google Cloud, else volume */
  readonly destination: SnapshotDestination;
}

/** Fills in the defaults of a target. */
export function resolveSnapshots(input: z.output<typeof snapshotsInput>, target: Target): Snapshots {
  const cloud = target.kind === "gke";
  return {
    // Not on the hour, when everybody else's jobs run.
    schedule: input.schedule ?? (cloud ? "17 */6 * * *" : "17 3 * * *"),
    keepDays: input.keepDays ?? (sizeOf(target) === "large" ? 30 : 7),
    destination: resolveDestination(input.destination ?? { kind: cloud ? "gcs" : "volume" }),
  };
}

function resolveDestination(given: NonNullable<z.output<typeof snapshotsInput>["destination"]>): SnapshotDestination {
  if (given.kind === "volume") {
    return { kind: "volume", size: given.size ?? "2Gi" };
  }
  if (given.kind === "s3") {
    const { cidrs, ...rest } = given;
    return { ...rest, ...(cidrs && { cidrs }) };
  }
  return given;
}
