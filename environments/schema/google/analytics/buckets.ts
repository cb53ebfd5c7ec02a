import type * as z from "zod";
import { field, strict, wholeNumber } from "../../field";
import { ofTier, type Tier, tierSettings } from "../tiers";

const softDeleteDays = field<number>({
  accepts: (v): v is number => Number.isInteger(v) && (Number(v) === 0 || (Number(v) >= 7 && Number(v) <= 90)),
  allowed: "0, or a whole number from 7 to 90",
  next: (given) => (typeof given === "number" ? "give 7 or more, or 0 for none" : "write a number without quotes"),
});

/** How long the buckets lake, staging and backup keep what is in them. */
export const bucketsInput = strict({
  softDeleteDays: softDeleteDays.optional(),
  lake: strict({ nearlineAfterDays: wholeNumber(30, 3650).optional() }).optional(),
  staging: strict({ expireDays: wholeNumber(1, 365).optional() }).optional(),
  backup: strict({
    retentionDays: wholeNumber(0, 3650).optional(),
    nearlineAfterDays: wholeNumber(1, 3650).optional(),
    archiveAfterDays: wholeNumber(1, 3650).optional(),
  }).optional(),
});

/** How long the buckets lake, staging and backup keep what is in them, with every default filled in. */
export interface Buckets {
  /** Days that a deleted object can still be restored; 0 or 7 to 90. */
  readonly softDeleteDays: number;
  readonly lake: {
    /**
     * Days after which files move to a class that is cheaper to keep and dearer to read.
     *
     * @default - never: tables of the lake are read at any age
     */
    readonly nearlineAfterDays?: number;
  };
  /** Days after which files on their way in vanish. */
  readonly staging: { readonly expireDays: number };
  readonly backup: {
    /** Days that a removed backup can still be restored: those of the other buckets, or more where the tier asks for it. */
    readonly softDeleteDays: number;
    /** Days that nobody can remove a backup; 0 for old versions instead. */
    readonly retentionDays: number;
    /** Whether the days can never be taken back or shortened. */
    readonly locked: boolean;
    readonly nearlineAfterDays: number;
    readonly archiveAfterDays: number;
  };
}

/** Fills in the defaults of a tier. */
export function resolveBuckets(given: z.output<typeof bucketsInput> | undefined, tier: Tier): Buckets {
  const { lake, staging, backup } = given ?? {};
  const softDeleteDays = given?.softDeleteDays ?? 7;
  return {
    softDeleteDays,
    lake: { ...(lake?.nearlineAfterDays !== undefined && { nearlineAfterDays: lake.nearlineAfterDays }) },
    staging: { expireDays: staging?.expireDays ?? 30 },
    backup: {
      // What waits for longer than the tier asks for may; less would give a backup up.
      softDeleteDays: Math.max(softDeleteDays, ofTier(tier, tierSettings.removedBackupDays)),
      retentionDays: backup?.retentionDays ?? ofTier(tier, tierSettings.backupRetentionDays),
      locked: ofTier(tier, tierSettings.lockedBackups),
      nearlineAfterDays: backup?.nearlineAfterDays ?? 30,
      archiveAfterDays: backup?.archiveAfterDays ?? 365,
    },
  };
}
