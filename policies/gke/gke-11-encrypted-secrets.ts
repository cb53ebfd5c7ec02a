import { forEach, type Rule } from "../rule";
import { clusters, guarded, wants, wantsText } from "./clusters";

export const encryptedSecrets: Rule = {
  id: "GKE-11",
  reason: "who reads etcd's disks reads every secret, unless a key of ours is needed for it",
  remedy: "set database_encryption with a key of the project",
  check: forEach(
    (stack) => (guarded(stack) ? clusters(stack) : []),
    ({ block }) => [
      ...wants(block, "database_encryption.state", "ENCRYPTED"),
      ...wantsText(block, "database_encryption.key_name"),
    ],
  ),
};
