import type { Block } from "../../stacks/stack-json";
import { listOf, objectOf, resources } from "../blocks";
import { forEach, type Rule } from "../rule";

/** Where each kind of resource says which key encrypts it. */
export const keyOf: Readonly<Record<string, (block: Block) => unknown>> = {
  google_bigquery_dataset: (block) => objectOf(block.default_encryption_configuration).kms_key_name,
  google_composer_environment: (block) => objectOf(objectOf(block.config).encryption_config).kms_key_name,
  google_dataproc_metastore_service: (block) => objectOf(block.encryption_config).kms_key,
  google_pubsub_topic: (block) => block.kms_key_name,
  google_secret_manager_secret: (block) => {
    const replicas = listOf(objectOf(objectOf(block.replication).user_managed).replicas);
    const keys = replicas.map((replica) => objectOf(objectOf(replica).customer_managed_encryption).kms_key_name);
    return keys.includes(undefined) ? undefined : keys[0];
  },
  google_storage_bucket: (block) => objectOf(block.encryption).default_kms_key_name,
  google_vertex_ai_endpoint: (block) => objectOf(block.encryption_spec).kms_key_name,
  google_workbench_instance: (block) => {
    const setup = objectOf(block.gce_setup);
    const disks = [setup.boot_disk, setup.data_disks].map((disk) => objectOf(listOf(disk)[0] ?? disk).kms_key);
    return disks.includes(undefined) ? undefined : disks[0];
  },
};

export const ownKeys: Rule = {
  id: "GCP-01",
  reason: "with a key of our own, data of people can be made unreadable at once, and every use of it is in a log",
  remedy: "give the resource the key of its kind from bootstrapAddresses, or set google.cluster.ownKeys",
  check: forEach(
    (stack) => {
      const { tier } = stack.environment;
      return tier === undefined || tier === "dev" ? [] : resources(stack, Object.keys(keyOf));
    },
    ({ type, block }) => (keyOf[type]?.(block) === undefined ? ["has no key of our own"] : []),
  ),
};
