import { ClusterBackup, type ClusterBackupProps } from "../../../../constructs/gke/backup/cluster-backup";
import { emptyStack, only } from "../synthesized";

function backup(props: Partial<ClusterBackupProps> = {}, stack = emptyStack()) {
  new ClusterBackup(stack, "Backup", {
    project: "example-dev",
    region: "europe-west1",
    name: "gke-dev",
    cluster: "projects/example-dev/locations/europe-west1/clusters/gke-dev",
    schedule: "23 1 * * *",
    retainDays: 14,
    ...props,
  });
  return {
    plan: () => only(stack, "google_gke_backup_backup_plan"),
    restore: () => only(stack, "google_gke_backup_restore_plan"),
  };
}

describe("ClusterBackup", () => {
  it("copies objects and volumes of all namespaces, and no secret unless it is asked to", () => {
    expect(backup().plan()).toMatchObject({
      name: "gke-dev-all",
      location: "europe-west1",
      backup_config: { all_namespaces: true, include_volume_data: true, include_secrets: false },
      backup_schedule: { cron_schedule: "23 1 * * *" },
    });
    expect(backup({ secrets: true }).plan()).toMatchObject({ backup_config: { include_secrets: true } });
  });

  it("keeps copies for as long as it is told and locks them for a part of it", () => {
    expect(backup({ retainDays: 35, lockDays: 7 }).plan()).toMatchObject({
      retention_policy: { backup_retain_days: 35, backup_delete_lock_days: 7 },
    });
    expect(backup().plan()).toMatchObject({ retention_policy: { backup_delete_lock_days: 0 } });
  });

  it("encrypts with a key by name when one is given", () => {
    const key = "projects/p/locations/l/keyRings/r/cryptoKeys/backup";
    expect(backup({ kmsKey: key }).plan()).toMatchObject({
      backup_config: { encryption_key: { gcp_kms_encryption_key: key } },
    });
    expect(backup().plan().backup_config).not.toHaveProperty("encryption_key");
  });

  it("brings volumes back without touching what is there, nor what others restore", () => {
    expect(backup({ notRestored: ["kube-system", "vault"] }).restore()).toMatchObject({
      restore_config: {
        excluded_namespaces: { namespaces: ["kube-system", "vault"] },
        namespaced_resource_restore_mode: "MERGE_SKIP_ON_CONFLICT",
        volume_data_restore_policy: "RESTORE_VOLUME_DATA_FROM_BACKUP",
        cluster_resource_restore_scope: { no_group_kinds: true },
      },
    });
    expect(backup().restore()).toMatchObject({ restore_config: { all_namespaces: true } });
    expect(backup().restore().restore_config).not.toHaveProperty("excluded_namespaces");
  });

  it("stays unless the environment may be destroyed", () => {
    expect(backup().plan().lifecycle).toEqual({ prevent_destroy: true });
    expect(backup({}, emptyStack({ allowDestroy: true })).plan().lifecycle).toEqual({ prevent_destroy: false });
  });

  it.each([
    [{ retainDays: 7, lockDays: 8 }, "retainDays is 7 and lockDays is 8"],
    [{ retainDays: 366 }, "retainDays is 366 and lockDays is 0"],
    [{ retainDays: 100, lockDays: 91 }, "retainDays is 100 and lockDays is 91"],
  ])("refuses %j", (props, problem) => {
    expect(() => backup(props)).toThrow(`${problem}: use lockDays <= retainDays, at most 365 and 90`);
  });
});
