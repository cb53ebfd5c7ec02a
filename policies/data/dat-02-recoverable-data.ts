import type { Block } from "../../stacks/stack-json";
import { objectOf, resources, shown } from "../blocks";
import { forEach, type Rule } from "../rule";

/** Seconds that Cloud Storage must keep what was removed, at least. */
const softDelete = 7 * 24 * 60 * 60;

function bucketProblems({ versioning, retention_policy: retention, soft_delete_policy: soft }: Block) {
  const seconds = objectOf(soft).retention_duration_seconds;
  const kept = objectOf(versioning).enabled === true || retention !== undefined;
  return kept || Number(seconds) >= softDelete
    ? []
    : [`what is removed is gone: no versions, no retention, soft delete for ${shown(seconds)} seconds`];
}

function serverProblems({ settings, master_instance_name: master }: Block) {
  if (master !== undefined) {
    return [];
  }
  const backup = objectOf(objectOf(settings).backup_configuration);
  return [
    ...(backup.enabled === true ? [] : ["it has no backups"]),
    ...(backup.point_in_time_recovery_enabled === true ? [] : ["no moment between two backups can be restored"]),
    ...(objectOf(settings).deletion_protection_enabled === true ? [] : ["the API lets it be deleted"]),
  ];
}

export const recoverableData: Rule = {
  id: "DAT-02",
  reason: "a mistake of a person or a program must not be the end of data that is kept",
  remedy: "keep versions, a retention or backups; see docs/decisions/2026-11-21-google-data.md",
  check: forEach(
    (stack) =>
      stack.environment.allowDestroy ? [] : resources(stack, ["google_storage_bucket", "google_sql_database_instance"]),
    ({ type, block }) => (type === "google_storage_bucket" ? bucketProblems(block) : serverProblems(block)),
  ),
};
