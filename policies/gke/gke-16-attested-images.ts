import { type AddressedBlock, listOf, objectOf, resources, shown } from "../blocks";
import { type CheckedStack, forEach, type Rule } from "../rule";
import { at, clusters, guarded, wants } from "./clusters";

const policyType = "google_binary_authorization_policy";

export const attestedImages: Rule = {
  id: "GKE-16",
  reason: "an image that CI has not built may be anybody's",
  remedy:
    "enforce the project's policy, let it ask for the attestor of the bootstrap layer, and list publishers by name",
  check: forEach(
    (stack) => (guarded(stack) ? [...clusters(stack), ...resources(stack, [policyType])] : []),
    (item, stack, all) => (item.type === policyType ? ofPolicy(item, stack, all) : ofCluster(item, stack, all)),
  ),
};

function ofCluster(
  { block }: AddressedBlock,
  { environment }: CheckedStack,
  all: readonly CheckedStack[],
): readonly string[] {
  const policies = all
    .filter((stack) => stack.environment.name === environment.name)
    .flatMap((stack) => resources(stack, [policyType]));
  return [
    ...wants(block, "binary_authorization.evaluation_mode", "PROJECT_SINGLETON_POLICY_ENFORCE"),
    ...(policies.length === 1 ? [] : [`${policies.length} policies are in its project`]),
  ];
}

function ofPolicy(
  { block }: AddressedBlock,
  { environment }: CheckedStack,
  all: readonly CheckedStack[],
): readonly string[] {
  const own = all.filter((stack) => stack.environment.name === environment.name);
  const made = own
    .filter(({ layer }) => layer === "bootstrap")
    .flatMap((stack) => resources(stack, ["google_binary_authorization_attestor"]))
    .filter((attestor) => listOf(at(attestor.block, "attestation_authority_note.public_keys")).length > 0)
    .map((attestor) => `projects/${environment.project}/attestors/${attestor.block.name}`);
  const asked = listOf(at(block, "default_admission_rule.require_attestations_by"));
  const registries = own
    .flatMap((stack) => resources(stack, ["google_artifact_registry_repository"]))
    .filter((registry) => registry.block.mode === "STANDARD_REPOSITORY")
    .map(
      ({ block: { location, project, repository_id } }) => `${location}-docker.pkg.dev/${project}/${repository_id}/`,
    );
  const patterns = listOf(block.admission_whitelist_patterns).map((entry) => String(objectOf(entry).name_pattern));
  return [
    ...wants(block, "default_admission_rule.evaluation_mode", "REQUIRE_ATTESTATION"),
    ...wants(block, "default_admission_rule.enforcement_mode", "ENFORCED_BLOCK_AND_AUDIT_LOG"),
    ...(asked.length > 0 ? [] : ["default_admission_rule.require_attestations_by is empty"]),
    ...asked
      .filter((attestor) => !made.includes(String(attestor)))
      .map((attestor) => `no bootstrap layer makes ${shown(attestor)} with a key`),
    ...patterns
      .filter(
        (pattern) =>
          pattern
            .replace(/\*+$/, "")
            .split("/")
            .filter((part) => part !== "").length < 2,
      )
      .map((pattern) => `${shown(pattern)} is a whole registry`),
    ...patterns
      .filter((pattern) => registries.some((registry) => admits(pattern, registry)))
      .map((pattern) => `${shown(pattern)} lets own images in without an attestation`),
  ];
}

/** Whether a pattern reaches into a registry. */
function admits(pattern: string, registry: string): boolean {
  const start = pattern.replace(/\*+$/, "");
  return registry.startsWith(start) || start.startsWith(registry);
}
