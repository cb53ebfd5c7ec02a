import { TerraformStack, Testing } from "cdktf";
import { DiskClass, type DiskClassProps } from "../../../constructs/kubernetes";

function classOf(props: Partial<DiskClassProps> = {}) {
  const stack = new TerraformStack(Testing.app(), "test");
  new DiskClass(stack, "Disks", { name: "disks", type: "pd-balanced", reclaimPolicy: "Retain", ...props });
  const { resource } = JSON.parse(Testing.synth(stack)) as { resource: Record<string, Record<string, object>> };
  return Object.values(resource.kubernetes_storage_class_v1 ?? {})[0];
}

describe("DiskClass", () => {
  test("makes disks that can grow, where their first pod runs", () => {
    expect(classOf()).toMatchObject({
      storage_provisioner: "pd.csi.storage.gke.io",
      allow_volume_expansion: true,
      volume_binding_mode: "WaitForFirstConsumer",
      reclaim_policy: "Retain",
      parameters: { type: "pd-balanced" },
    });
  });

  test("is what a claim without a class gets", () => {
    expect(classOf()).toMatchObject({
      metadata: { name: "disks", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    });
  });

  test("encrypts with an own key where there is one", () => {
    const kmsKey = "projects/p/locations/l/keyRings/r/cryptoKeys/disks";
    expect(classOf({ kmsKey })).toMatchObject({ parameters: { "disk-encryption-kms-key": kmsKey } });
    expect(JSON.stringify(classOf())).not.toContain("kms");
  });

  test("keeps a disk in two zones where that is asked for", () => {
    expect(classOf({ regional: true })).toMatchObject({ parameters: { "replication-type": "regional-pd" } });
    expect(JSON.stringify(classOf())).not.toContain("regional");
  });
});
