import { objectOf, resources, shown } from "../blocks";
import { forEach, type Rule } from "../rule";

/** Seconds that a removed backup can be brought back, at least. */
const longEnough = 30 * 24 * 60 * 60;

export const keptBackups: Rule = {
  id: "DAT-04",
  reason: "who writes a backup may remove it as well, and with it the only way back",
  remedy: "give the bucket softDeleteDays, see removedBackupDays in environments/schema/google/tiers.ts",
  check: forEach(
    ({ environment, ...stack }) =>
      environment.tier === "staging" || environment.tier === "prod"
        ? resources({ environment, ...stack }, ["google_storage_bucket"]).filter(({ block }) =>
            /-backups?$/.test(String(block.name)),
          )
        : [],
    ({ block }) => {
      const seconds = objectOf(block.soft_delete_policy).retention_duration_seconds;
      return Number(seconds) >= longEnough ? [] : [`removed backups can be brought back for ${shown(seconds)} seconds`];
    },
  ),
};
