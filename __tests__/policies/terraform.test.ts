import { noSecrets } from "../../policies/terraform/tf-01-no-secrets";
import { writeOnlyData } from "../../policies/terraform/tf-02-write-only-data";
import { noSecretData } from "../../policies/terraform/tf-03-no-secret-data";
import { noSensitiveValues } from "../../policies/terraform/tf-04-no-sensitive-values";
import { ownState } from "../../policies/terraform/tf-06-own-state";
import { offlinePlan } from "../../policies/terraform/tf-11-offline-plan";
import { versionedTypes } from "../../policies/terraform/tf-12-versioned-types";
import { exactProviders } from "../../policies/terraform/tf-13-exact-providers";
import { declaredOutputs } from "../../policies/terraform/tf-15-declared-outputs";
import { keptData } from "../../policies/terraform/tf-16-kept-data";
import { cloud, describeRule, expression, release, resource, stackOf } from "./hand-made";

const token = `hvs.${"CAESIJ".repeat(5)}`;

describeRule(noSecrets, {
  violates: [
    [
      "a managed random_password",
      resource("random_password", { length: 32 }),
      "a managed random_password keeps its value in the state",
    ],
    [
      "a data source that reads a secret",
      stackOf({ data: { vault_kv_secret_v2: { One: { mount: "m", name: "n" } } } }),
      "the data source vault_kv_secret_v2 keeps what it reads in the state",
    ],
    [
      "a token in a value",
      release({}, { auth: token }),
      `holds a Vault token, ${JSON.stringify({ auth: token }).length} characters`,
    ],
    [
      "a Terraform that is too old",
      stackOf({ terraform: { required_version: ">= 1.9.0" } }),
      "is >= 1.9.0, and must be >= 1.11.0 or higher",
    ],
    [
      "any Terraform",
      stackOf({ terraform: { required_version: undefined } }),
      "is absent, and must be >= 1.11.0 or higher",
    ],
  ],
  complies: [
    [
      "names of secrets and ephemeral passwords",
      stackOf({
        terraform: { required_version: ">= 2.0.0" },
        ephemeral: { random_password: { Password: { length: 32 } } },
        resource: {
          vault_kv_secret_v2: {
            One: {
              data_json_wo: expression('jsonencode({"password" = ephemeral.random_password.Password.result})'),
              data_json_wo_version: 1,
            },
          },
        },
      }),
    ],
    ["what the synthesis notes for itself", stackOf({ "//": { trace: token } } as object)],
  ],
  doesNotApply: "everything",
});

describeRule(writeOnlyData, {
  violates: [
    ["readable data", resource("vault_kv_secret_v2", { data_json: "{}" }), "data_json is set"],
    ["no data", resource("vault_kv_secret_v2", { data_json_wo_version: 1 }), "data_json_wo is absent"],
    ["no version", resource("vault_kv_secret_v2", { data_json_wo: "{}" }), "data_json_wo_version is absent"],
    [
      "version 0",
      resource("vault_kv_secret_v2", { data_json_wo: "{}", data_json_wo_version: 0 }),
      "data_json_wo_version is 0",
    ],
    ["the first version of KV", resource("vault_kv_secret", {}), "vault_kv_secret has no write-only data"],
  ],
  complies: [["write-only data", resource("vault_kv_secret_v2", { data_json_wo: "{}", data_json_wo_version: 2 })]],
  doesNotApply: [["a mount", resource("vault_mount", { path: "platform" })]],
});

describeRule(noSecretData, {
  violates: [
    ["data", resource("kubernetes_secret_v1", { data: { a: "b" } }), "data is set"],
    ["binary data", resource("kubernetes_secret_v1", { binary_data: {} }), "binary_data is set"],
    ["data of a secret that is there", resource("kubernetes_secret_v1_data", { data: {} }), "data is set"],
  ],
  complies: [
    ["write-only data", resource("kubernetes_secret_v1", { data_wo: {}, data_wo_revision: 1 })],
    ["data of a config map", resource("kubernetes_config_map_v1", { data: { a: "b" } })],
  ],
  doesNotApply: [["what is not of Kubernetes", resource("vault_mount", {})]],
});

describeRule(noSensitiveValues, {
  violates: [
    ["set_sensitive", release({ set_sensitive: [] }), "set_sensitive is set"],
    ["set_wo without revision", release({ set_wo: [{}] }), "set_wo is set and set_wo_revision is absent"],
    ["revision 0", release({ set_wo: [{}], set_wo_revision: 0 }), "set_wo is set and set_wo_revision is 0"],
  ],
  complies: [
    ["values", release()],
    ["set_wo with its revision", release({ set_wo: [{ name: "a" }], set_wo_revision: 1 })],
  ],
  doesNotApply: [["what is no release", resource("vault_mount", { set_sensitive: [] })]],
});

const neighbour = { name: "neighbour", allowDestroy: false, project: "example-dev-neighbour" };

describeRule(ownState, {
  violates: [
    ["no backend", stackOf({ terraform: { backend: {} } }), "there is no backend"],
    [
      "two stacks in one state",
      ["base", "vault"].map((layer) =>
        stackOf(
          { terraform: { backend: { local: { path: "laptop/base/vault" } } } },
          { layer: layer as "base" | "vault" },
        ),
      ),
      'has the place of laptop-vault: local [["path","laptop/base/vault"]]',
    ],
    [
      "a place without its layer",
      stackOf({ terraform: { backend: { gcs: { bucket: "b", prefix: "laptop" } } } }),
      'does not name laptop and base: gcs [["bucket","b"],["prefix","laptop"]]',
    ],
    [
      "the project of another environment",
      [
        resource("google_project_service", { project: neighbour.project }, { environment: cloud }),
        stackOf({}, { environment: neighbour }),
      ],
      "resource.google_project_service.One.project names example-dev-neighbour, the project of another environment",
    ],
  ],
  complies: [
    ["a prefix of its own", stackOf({ terraform: { backend: { gcs: { bucket: "b", prefix: "laptop/base" } } } })],
    ["the stack's name", stackOf({ terraform: { backend: { remote: { workspaces: { name: "laptop-base" } } } } })],
    [
      "a project whose name starts like another one",
      [
        resource("google_project_service", { project: "example-dev-neighbour2" }, { environment: cloud }),
        stackOf({}, { environment: neighbour }),
      ],
    ],
  ],
  doesNotApply: "everything",
});

describeRule(offlinePlan, {
  violates: [
    ["a manifest", resource("kubernetes_manifest", {}), "is a kubernetes_manifest"],
    [
      "the experiment that brought it",
      stackOf({ provider: { kubernetes: [{ experiments: { manifest: true } }] } }),
      "experiments is set",
    ],
  ],
  complies: [["a release", release()]],
  doesNotApply: [["a stack of nothing", stackOf({})]],
});

describeRule(versionedTypes, {
  violates: [
    ["a resource", resource("kubernetes_namespace", {}), "kubernetes_namespace has no version"],
    ["a data source", stackOf({ data: { kubernetes_service: { One: {} } } }), "kubernetes_service has no version"],
    [
      "a beta",
      resource("kubernetes_pod_security_policy_v1beta1", {}),
      "kubernetes_pod_security_policy_v1beta1 has no version",
    ],
  ],
  complies: [
    ["a version", resource("kubernetes_namespace_v1", {})],
    ["data of a versioned type", resource("kubernetes_config_map_v1_data", {})],
    ["a type that has no version", resource("kubernetes_labels", {})],
  ],
  doesNotApply: [["what is not of Kubernetes", release()]],
});

const helm = { source: "helm", version: "3.1.1" };

describeRule(exactProviders, {
  violates: [
    [
      "a range",
      stackOf({ terraform: { required_providers: { helm: { ...helm, version: "~> 3.1" } } } }),
      'version is "~> 3.1"',
    ],
    ["a resource whose provider is not declared", release(), "is used and not declared in required_providers"],
    [
      "a configured provider that is not declared",
      stackOf({ provider: { vault: [{}] } }),
      "is used and not declared in required_providers",
    ],
  ],
  complies: [
    [
      "an exact version",
      stackOf({ terraform: { required_providers: { helm } }, resource: { helm_release: { One: {} } } }),
    ],
  ],
  doesNotApply: [["what Terraform has built in", stackOf({ data: { terraform_remote_state: { One: {} } } })]],
});

const clusterState = { local: { path: "state/cloud/cluster.tfstate" } };
const reads = (output: string, path = clusterState.local.path) =>
  stackOf(
    {
      data: { terraform_remote_state: { Cluster: { backend: "local", config: { path } } } },
      provider: { kubernetes: [{ host: expression(`data.terraform_remote_state.Cluster.outputs.${output}`) }] },
    },
    { environment: cloud },
  );
const offers = (output: { [name: string]: object }, environment = cloud) =>
  stackOf({ output: output as never, terraform: { backend: clusterState } }, { layer: "cluster", environment });

describeRule(declaredOutputs, {
  violates: [
    [
      "an output that is not in the table",
      [reads("token"), offers({ token: {} })],
      "output token of cluster is not in the table",
    ],
    ["an output that is not there", [reads("dns_endpoint"), offers({})], "cloud-cluster has no output dns_endpoint"],
    [
      "a secret",
      [reads("dns_endpoint"), offers({ dns_endpoint: { sensitive: true } })],
      "output dns_endpoint of cloud-cluster is a secret",
    ],
    [
      "the state of another environment",
      [reads("dns_endpoint"), offers({ dns_endpoint: {} }, neighbour)],
      "reads the state of neighbour-cluster",
    ],
    [
      "a state of nobody",
      [reads("dns_endpoint", "elsewhere"), offers({})],
      'remote state Cluster belongs to no stack: local [["path","elsewhere"]]',
    ],
  ],
  complies: [["an output of the table", [reads("dns_endpoint"), offers({ dns_endpoint: {} })]]],
  doesNotApply: [["a stack that reads none", release()]],
});

describeRule(keptData, {
  violates: [
    [
      "a mount without protection",
      resource("vault_mount", {}, { environment: cloud }),
      "lifecycle.prevent_destroy is absent",
    ],
    [
      "a bucket that says no",
      resource("google_storage_bucket", { lifecycle: { prevent_destroy: false } }, { environment: cloud }),
      "lifecycle.prevent_destroy is false",
    ],
    [
      "a cluster that its own protection does not cover",
      resource("google_container_cluster", { lifecycle: { prevent_destroy: true } }, { environment: cloud }),
      "deletion_protection is absent",
    ],
  ],
  complies: [
    ["a protected mount", resource("vault_mount", { lifecycle: { prevent_destroy: true } }, { environment: cloud })],
  ],
  doesNotApply: [
    ["an environment that may be destroyed", resource("vault_mount", {})],
    ["what can be made again", resource("kubernetes_namespace_v1", {}, { environment: cloud })],
  ],
});
