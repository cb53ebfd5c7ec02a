import type { Block } from "../../stacks/stack-json";
import { keyOf } from "../analytics/gcp-01-own-keys";
import { listOf, objectOf, resources } from "../blocks";
import { type CheckedStack, forEach, type Rule } from "../rule";

const constraint = "gcp.restrictNonCmekServices";

/** What each service refuses to make without a key, by the type of the resource. */
const ofService: Readonly<Record<string, readonly string[]>> = {
  "artifactregistry.googleapis.com": ["google_artifact_registry_repository"],
  "bigquery.googleapis.com": ["google_bigquery_dataset"],
  "composer.googleapis.com": ["google_composer_environment"],
  "container.googleapis.com": ["google_container_cluster", "google_container_node_pool"],
  "pubsub.googleapis.com": ["google_pubsub_topic"],
  "sqladmin.googleapis.com": ["google_sql_database_instance"],
  "storage.googleapis.com": ["google_storage_bucket"],
};

const keys: Readonly<Record<string, (block: Block) => unknown>> = {
  ...keyOf,
  google_artifact_registry_repository: (block) => block.kms_key_name,
  google_container_cluster: (block) => objectOf(block.database_encryption).key_name,
  google_container_node_pool: (block) => objectOf(block.node_config).boot_disk_kms_key,
  google_sql_database_instance: (block) => block.encryption_key_name,
};

export const askedKeys: Rule = {
  id: "PER-03",
  reason: "what the organization refuses without a key of our own, and a stack makes without one, cannot be made again",
  remedy: "give the resource its key, or take the service off the list in organization-policies.ts",
  check: forEach(policies, ({ services }, stack, all) => {
    const own = all.filter(({ environment }) => environment.name === stack.environment.name);
    return services.flatMap((service) => {
      const types = ofService[service];
      if (types === undefined) return [`names ${service}, of which this rule knows no resource`];
      return own.flatMap((other) =>
        resources(other, types)
          .filter(({ type, block }) => keys[type]?.(block) === undefined)
          .map(({ address }) => `refuses ${address} of ${other.name}, which has no key`),
      );
    });
  }),
};

/** The policies of a stack on keys, with the services that they name. */
function policies(stack: CheckedStack) {
  return resources(stack, ["google_org_policy_policy"])
    .filter(({ block }) => String(block.name).endsWith(`/${constraint}`))
    .map(({ address, block }) => ({
      address,
      services: listOf(objectOf(block.spec).rules)
        .flatMap((rule) => listOf(objectOf(objectOf(rule).values).denied_values))
        .map(String),
    }));
}
