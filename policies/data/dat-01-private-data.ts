import type { Block } from "../../stacks/stack-json";
import { listOf, objectOf, resources, shown } from "../blocks";
import { forEach, type Rule } from "../rule";

/** What is wrong with one kind of managed data, by its type. */
const problemsByType: { readonly [type: string]: (block: Block) => readonly string[] } = {
  google_storage_bucket: (block) => [
    ...(block.uniform_bucket_level_access === true
      ? []
      : [`uniform_bucket_level_access is ${shown(block.uniform_bucket_level_access)}`]),
    ...(block.public_access_prevention === "enforced"
      ? []
      : [`public_access_prevention is ${shown(block.public_access_prevention)}`]),
  ],
  google_sql_database_instance: ({ settings }) => {
    const way = objectOf(objectOf(settings).ip_configuration);
    return [
      ...(way.ipv4_enabled === false ? [] : [`ipv4_enabled is ${shown(way.ipv4_enabled)}`]),
      ...(way.private_network ? [] : ["it has no private network"]),
      ...(listOf(way.authorized_networks).length === 0 ? [] : ["networks outside may connect"]),
      ...(way.ssl_mode === "ENCRYPTED_ONLY" || way.ssl_mode === "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"
        ? []
        : [`ssl_mode is ${shown(way.ssl_mode)}`]),
    ];
  },
  google_memorystore_instance: (block) => [
    ...(block.authorization_mode === "IAM_AUTH" ? [] : [`authorization_mode is ${shown(block.authorization_mode)}`]),
    ...(block.transit_encryption_mode === "SERVER_AUTHENTICATION"
      ? []
      : [`transit_encryption_mode is ${shown(block.transit_encryption_mode)}`]),
  ],
};

export const privateData: Rule = {
  id: "DAT-01",
  reason: "data that Google keeps must be out of reach from the internet and unreadable on its way",
  remedy: "make it by PrivateBucket, CloudSqlPostgres or MemorystoreValkey",
  check: forEach(
    (stack) => resources(stack, Object.keys(problemsByType)),
    ({ type, block }) => problemsByType[type]?.(block) ?? [],
  ),
};
