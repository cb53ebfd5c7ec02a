import { formatGiven } from "../errors";
import { check } from "./check";

const path = "vault.snapshots.destination.kind";

const snapshotsLeaveTheCluster = check({ needs: ["target", "vault"], clean: ["vault"] }, ({ target, vault }) => {
  const { kind } = vault.snapshots.destination;
  const given = formatGiven(kind);
  if (kind === "gcs" && target.kind !== "gke") {
    const allowed = `s3, volume or none, as ${target.kind} has no project that holds a bucket`;
    return [{ path, given, allowed, next: "leave destination out to keep snapshots on a volume" }];
  }
  if ((kind === "volume" || kind === "none") && target.kind === "gke" && target.tier !== "dev") {
    const allowed = `gcs or s3 in ${target.tier}, so that a lost cluster does not take Vault's snapshots with it`;
    return [{ path, given, allowed, next: "leave destination out to use gcs" }];
  }
  return [];
});

/** Rules on where Vault's snapshots are kept (rule VLT-14). */
export const snapshotChecks = [snapshotsLeaveTheCluster];
