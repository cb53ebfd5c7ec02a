import { workloadIdentity } from "../../policies/gke/gke-05-workload-identity";
import { ownNodeAccount } from "../../policies/gke/gke-06-own-node-account";
import { shieldedNodes } from "../../policies/gke/gke-08-shielded-nodes";
import { nodeImage } from "../../policies/gke/gke-09-node-image";
import { upgrades } from "../../policies/gke/gke-10-upgrades";
import { encryptedDisks } from "../../policies/gke/gke-12-encrypted-disks";
import { kubeletPort } from "../../policies/gke/gke-15-kubelet-port";
import { attestedImages } from "../../policies/gke/gke-16-attested-images";
import { regional } from "../../policies/gke/gke-19-regional";
import { ownPools } from "../../policies/gke/gke-20-own-pools";
import { describeRule, resource, stackOf } from "./hand-made";
import { admission, cluster, dev, growing, pool, prod } from "./hand-made-clusters";

const laptop = stackOf({});
const metadata = (mode?: string) => pool({ node_config: { workload_metadata_config: { mode } } });

describeRule(workloadIdentity, {
  violates: [
    ["no pool of identities", cluster({}), "workload_identity_config.workload_pool is absent"],
    [
      "the pool of another project",
      cluster({ workload_identity_config: { workload_pool: "other.svc.id.goog" } }),
      'workload_identity_config.workload_pool is "other.svc.id.goog"',
    ],
    [
      "pods that act as their node",
      metadata("GCE_METADATA"),
      'node_config.workload_metadata_config.mode is "GCE_METADATA"',
    ],
  ],
  complies: [
    ["the project's pool", cluster({ workload_identity_config: { workload_pool: `${prod.project}.svc.id.goog` } })],
    ["the metadata server of GKE", metadata("GKE_METADATA")],
  ],
  doesNotApply: [["a laptop", laptop]],
});

const account = "nodes@example-dev-cloud.iam.gserviceaccount.com";
const grant = (role: string) => resource("google_project_iam_member", { role, member: "user:a@example.com" });

describeRule(ownNodeAccount, {
  violates: [
    ["no account", pool({ node_config: {} }), "service_account is absent"],
    ["default", pool({ node_config: { service_account: "default" } }), 'service_account is "default"'],
    [
      "the default account by its address",
      cluster({ node_config: { service_account: "1234-compute@developer.gserviceaccount.com" } }),
      'service_account is "1234-compute@developer.gserviceaccount.com"',
    ],
    ["no account for added pools", growing({}), "service_account is absent"],
    ["an editor", grant("roles/editor"), 'gives "roles/editor" to "user:a@example.com"'],
    ["an owner", grant("roles/owner"), 'gives "roles/owner" to "user:a@example.com"'],
  ],
  complies: [
    ["an account for nodes", pool({ node_config: { service_account: account } })],
    ["one for added pools", growing({ service_account: account })],
    ["a narrow role", grant("roles/logging.logWriter")],
  ],
  doesNotApply: [["a cluster without nodes of its own", cluster({})]],
});

const shield = (secure: boolean, integrity: boolean) => ({
  shielded_instance_config: { enable_secure_boot: secure, enable_integrity_monitoring: integrity },
});

describeRule(shieldedNodes, {
  violates: [
    ["nodes that prove nothing", cluster({ enable_shielded_nodes: false }), "enable_shielded_nodes is false"],
    [
      "changed boot code",
      pool({ node_config: shield(false, true) }),
      "shielded_instance_config.enable_secure_boot is false",
    ],
    [
      "changes that nobody sees",
      pool({ node_config: shield(true, false) }),
      "shielded_instance_config.enable_integrity_monitoring is false",
    ],
    [
      "added pools",
      growing({}, { enable_shielded_nodes: true }),
      "shielded_instance_config.enable_secure_boot is absent",
    ],
  ],
  complies: [
    ["both", pool({ node_config: shield(true, true) })],
    ["added pools with both", growing(shield(true, true), { enable_shielded_nodes: true })],
  ],
  doesNotApply: [["a laptop", laptop]],
});

describeRule(nodeImage, {
  violates: [
    [
      "Ubuntu",
      pool({ node_config: { image_type: "UBUNTU_CONTAINERD" } }),
      'node_config.image_type is "UBUNTU_CONTAINERD"',
    ],
    ["added pools of any kind", growing({}), "image_type is absent"],
  ],
  complies: [
    ["COS", pool({ node_config: { image_type: "COS_CONTAINERD" } })],
    ["added pools with COS", growing({ image_type: "COS_CONTAINERD" })],
  ],
  doesNotApply: [["a cluster that adds none", cluster({})]],
});

const channel = (name: string, more: object = {}) => ({
  release_channel: { channel: name },
  maintenance_policy: { recurring_window: { recurrence: "FREQ=DAILY" } },
  ...more,
});
const managed = (repair: boolean, upgrade: boolean) => ({ management: { auto_repair: repair, auto_upgrade: upgrade } });

describeRule(upgrades, {
  violates: [
    ["no channel", cluster(channel("UNSPECIFIED")), 'release_channel.channel is "UNSPECIFIED"'],
    ["the quick channel in prod", cluster(channel("REGULAR")), 'release_channel.channel is "REGULAR"'],
    [
      "no window",
      cluster({ release_channel: { channel: "STABLE" } }),
      "maintenance_policy.recurring_window.recurrence is absent",
    ],
    ["a pinned version", cluster(channel("STABLE", { min_master_version: "1.33" })), 'min_master_version is "1.33"'],
    ["nodes that stay broken", pool(managed(false, true)), "management.auto_repair is false"],
    ["nodes that stay old", pool(managed(true, false)), "management.auto_upgrade is false"],
    ["nodes of one version", pool({ ...managed(true, true), version: "1.33" }), 'version is "1.33"'],
    ["added pools that stay old", growing(managed(true, false), channel("STABLE")), "management.auto_upgrade is false"],
  ],
  complies: [
    ["prod on STABLE", cluster(channel("STABLE"))],
    ["dev on REGULAR", cluster(channel("REGULAR"), dev)],
    ["nodes that follow", pool(managed(true, true))],
    ["added pools that follow", growing(managed(true, true), channel("STABLE"))],
  ],
  doesNotApply: [["a laptop", laptop]],
});

const volumes = (parameters: object, storage_provisioner = "pd.csi.storage.gke.io") =>
  resource("kubernetes_storage_class_v1", { storage_provisioner, parameters }, { environment: prod });

describeRule(encryptedDisks, {
  violates: [
    ["disks of nodes", pool({ node_config: {} }), "boot_disk_kms_key is absent"],
    ["disks of added nodes", growing({}), "boot_disk_kms_key is absent"],
    ["volumes", volumes({ type: "pd-balanced" }), "parameters.disk-encryption-kms-key is absent"],
  ],
  complies: [
    ["disks with a key", pool({ node_config: { boot_disk_kms_key: "a" } })],
    ["volumes with a key", volumes({ "disk-encryption-kms-key": "a" })],
  ],
  doesNotApply: [
    ["dev", pool({ node_config: {} }, dev)],
    ["volumes of another kind", volumes({}, "filestore.csi.storage.gke.io")],
  ],
});

const port = { insecure_kubelet_readonly_port_enabled: "FALSE" };
const defaults = { node_pool_defaults: { node_config_defaults: port } };
const added = "node_pool_auto_config.node_kubelet_config.insecure_kubelet_readonly_port_enabled";

describeRule(kubeletPort, {
  violates: [
    [
      "no default",
      cluster({}),
      "node_pool_defaults.node_config_defaults.insecure_kubelet_readonly_port_enabled is absent",
    ],
    [
      "a pool with the port",
      pool({ node_config: { kubelet_config: { insecure_kubelet_readonly_port_enabled: "TRUE" } } }),
      'node_config.kubelet_config.insecure_kubelet_readonly_port_enabled is "TRUE"',
    ],
    ["added pools", growing({}, defaults), `${added} is absent`],
  ],
  complies: [
    ["a default", cluster(defaults)],
    ["a pool", pool({ node_config: { kubelet_config: port } })],
    ["added pools without it", growing({}, { ...defaults, node_pool_auto_config: { node_kubelet_config: port } })],
  ],
  doesNotApply: [["a laptop", laptop]],
});

describeRule(attestedImages, {
  violates: [
    [
      "a cluster that asks nobody",
      admission({ cluster: "DISABLED" }),
      'binary_authorization.evaluation_mode is "DISABLED"',
    ],
    [
      "a cluster without a policy",
      cluster({ binary_authorization: { evaluation_mode: "PROJECT_SINGLETON_POLICY_ENFORCE" } }),
      "0 policies are in its project",
    ],
    [
      "a policy that lets all in",
      admission({ rule: { evaluation_mode: "ALWAYS_ALLOW" } }),
      'default_admission_rule.evaluation_mode is "ALWAYS_ALLOW"',
    ],
    [
      "a policy that only writes",
      admission({ rule: { enforcement_mode: "DRYRUN_AUDIT_LOG_ONLY" } }),
      'default_admission_rule.enforcement_mode is "DRYRUN_AUDIT_LOG_ONLY"',
    ],
    [
      "no attestor",
      admission({ rule: { require_attestations_by: [] } }),
      "default_admission_rule.require_attestations_by is empty",
    ],
    [
      "an attestor of somebody",
      admission({ rule: { require_attestations_by: ["projects/other/attestors/ci"] } }),
      'no bootstrap layer makes "projects/other/attestors/ci" with a key',
    ],
    [
      "an attestor without a key",
      admission({ keys: [] }),
      `no bootstrap layer makes "projects/${prod.project}/attestors/ci" with a key`,
    ],
    ["a whole registry", admission({ patterns: ["docker.io/**"] }), '"docker.io/**" is a whole registry'],
    [
      "own images as they are",
      admission({ patterns: [`europe-west1-docker.pkg.dev/${prod.project}/platform/**`] }),
      `"europe-west1-docker.pkg.dev/${prod.project}/platform/**" lets own images in without an attestation`,
    ],
    [
      "own images by a wider pattern",
      admission({ patterns: [`europe-west1-docker.pkg.dev/${prod.project}/**`] }),
      `"europe-west1-docker.pkg.dev/${prod.project}/**" lets own images in without an attestation`,
    ],
  ],
  complies: [["own images attested, others by publisher", admission({})]],
  doesNotApply: [["dev", cluster({}, dev)]],
});

const zones = ["europe-west1-b", "europe-west1-c"];

describeRule(regional, {
  violates: [
    ["a zone", cluster({ location: "europe-west1-b", node_locations: zones }), 'location is "europe-west1-b"'],
    [
      "nodes in one zone",
      pool({ location: "europe-west1", node_locations: zones.slice(1) }),
      'node_locations is ["europe-west1-c"]',
    ],
  ],
  complies: [["a region with two zones", cluster({ location: "europe-west1", node_locations: zones })]],
  doesNotApply: [["dev", cluster({}, dev)]],
});

const own = { autoscaling: { min_node_count: 1 }, lifecycle: { ignore_changes: ["initial_node_count"] } };

describeRule(ownPools, {
  violates: [
    ["a first pool that stays", cluster({ initial_node_count: 1 }), "remove_default_node_pool is absent"],
    [
      "a large first pool",
      cluster({ remove_default_node_pool: true, initial_node_count: 3 }),
      "initial_node_count is 3",
    ],
    [
      "a pool within the cluster",
      cluster({ remove_default_node_pool: true, initial_node_count: 1, node_pool: [{}] }),
      "node_pool is set",
    ],
    ["a fixed size", pool({ ...own, node_count: 3 }), "node_count is 3"],
    ["no autoscaler", pool({ lifecycle: own.lifecycle }), "autoscaling is absent"],
    [
      "a size that fights it",
      pool({ autoscaling: own.autoscaling }),
      "lifecycle.ignore_changes has no initial_node_count",
    ],
  ],
  complies: [
    ["a cluster without its first pool", cluster({ remove_default_node_pool: true, initial_node_count: 1 })],
    ["a pool that grows", pool(own)],
  ],
  doesNotApply: [["a laptop", laptop]],
});
