import type { CheckedStack, EnvironmentFacts } from "../../policies";
import type { Block } from "../../stacks/stack-json";
import { cloud, resource, stackOf } from "./hand-made";

/** An environment with all protection. */
export const prod: EnvironmentFacts = { ...cloud, tier: "prod" };

/** An environment that may be torn down. */
export const dev: EnvironmentFacts = { ...cloud, name: "cloud-dev", allowDestroy: true, tier: "dev" };

/** A stack with a cluster that has what is given and nothing else. */
export function cluster(block: Block, environment = prod): CheckedStack {
  return resource("google_container_cluster", block, { layer: "cluster", environment });
}

/** A stack with a pool of nodes. */
export function pool(block: Block, environment = prod): CheckedStack {
  return resource("google_container_node_pool", block, { layer: "cluster", environment });
}

/** A stack with a subnet. */
export function subnet(block: Block, environment = prod): CheckedStack {
  return resource("google_compute_subnetwork", block, { layer: "network", environment });
}

/** A cluster to which GKE adds pools of its own, made like this. */
export function growing(defaults: Block, more: Block = {}, environment = prod): CheckedStack {
  return cluster(
    { ...more, cluster_autoscaling: { enabled: true, auto_provisioning_defaults: defaults } },
    environment,
  );
}

/** The layers that decide which images run. */
export function admission({
  cluster: evaluation = "PROJECT_SINGLETON_POLICY_ENFORCE",
  rule = {},
  patterns = ["quay.io/jetstack/**"],
  keys = [{ id: "a" }],
}: {
  readonly cluster?: string;
  readonly rule?: Block;
  readonly patterns?: readonly string[];
  readonly keys?: readonly object[];
}): readonly CheckedStack[] {
  const { project } = prod;
  return [
    stackOf(
      {
        resource: {
          google_container_cluster: { One: { binary_authorization: { evaluation_mode: evaluation } } },
          google_binary_authorization_policy: {
            One: {
              default_admission_rule: {
                evaluation_mode: "REQUIRE_ATTESTATION",
                enforcement_mode: "ENFORCED_BLOCK_AND_AUDIT_LOG",
                require_attestations_by: [`projects/${project}/attestors/ci`],
                ...rule,
              },
              admission_whitelist_patterns: patterns.map((name_pattern) => ({ name_pattern })),
            },
          },
          google_artifact_registry_repository: {
            One: { mode: "STANDARD_REPOSITORY", location: "europe-west1", project, repository_id: "platform" },
          },
        },
      },
      { layer: "cluster", environment: prod },
    ),
    resource(
      "google_binary_authorization_attestor",
      { name: "ci", attestation_authority_note: { public_keys: keys } },
      { layer: "bootstrap", environment: prod },
    ),
  ];
}
