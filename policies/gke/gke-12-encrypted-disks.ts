import { resources } from "../blocks";
import { forEach, type Rule } from "../rule";
import { guarded, nodeTemplates, wantsText } from "./clusters";

export const encryptedDisks: Rule = {
  id: "GKE-12",
  reason: "a disk whose key is ours is unreadable when we say so",
  remedy: "set boot_disk_kms_key of nodes, and disk-encryption-kms-key of classes of volumes",
  check: forEach(
    (stack) =>
      guarded(stack)
        ? [
            ...nodeTemplates(stack),
            ...resources(stack, ["kubernetes_storage_class_v1"]).filter(
              ({ block }) => block.storage_provisioner === "pd.csi.storage.gke.io",
            ),
          ]
        : [],
    ({ type, block }) =>
      type === "kubernetes_storage_class_v1"
        ? wantsText(block, "parameters.disk-encryption-kms-key")
        : wantsText(block, "boot_disk_kms_key"),
  ),
};
