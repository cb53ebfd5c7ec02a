import { privateNodes } from "../../policies/gke/gke-01-private-nodes";
import { dnsEndpoint } from "../../policies/gke/gke-02-dns-endpoint";
import { authorizedNetworks } from "../../policies/gke/gke-03-authorized-networks";
import { noBindingsForEverybody } from "../../policies/gke/gke-04-no-bindings-for-everybody";
import { dataPath } from "../../policies/gke/gke-07-data-path";
import { encryptedSecrets } from "../../policies/gke/gke-11-encrypted-secrets";
import { noLastingCredentials } from "../../policies/gke/gke-13-no-lasting-credentials";
import { groups } from "../../policies/gke/gke-14-groups";
import { logs } from "../../policies/gke/gke-17-logs";
import { posture } from "../../policies/gke/gke-18-posture";
import { deletionProtection } from "../../policies/gke/gke-21-deletion-protection";
import { frozenAs } from "../../policies/gke/gke-22-frozen-choices";
import { externalAddresses } from "../../policies/gke/gke-23-external-addresses";
import { describeRule, resource, stackOf } from "./hand-made";
import { cluster, dev, prod, subnet } from "./hand-made-clusters";

const laptop = stackOf({});

describeRule(privateNodes, {
  violates: [
    ["a cluster that says nothing", cluster({}), "private_cluster_config.enable_private_nodes is absent"],
    [
      "public nodes",
      cluster({ private_cluster_config: { enable_private_nodes: false } }),
      "private_cluster_config.enable_private_nodes is false",
    ],
  ],
  complies: [["private nodes", cluster({ private_cluster_config: { enable_private_nodes: true } })]],
  doesNotApply: [["a laptop", laptop]],
});

const endpoints = (name: boolean, address?: boolean) => ({
  control_plane_endpoints_config: {
    dns_endpoint_config: { allow_external_traffic: name },
    ...(address !== undefined && { ip_endpoints_config: { enabled: address } }),
  },
});
const networks = (...ranges: readonly string[]) => ({
  master_authorized_networks_config: {
    cidr_blocks: ranges.map((cidr_block) => ({ cidr_block })),
    gcp_public_cidrs_access_enabled: false,
  },
});
const endpoint = "control_plane_endpoints_config";

describeRule(dnsEndpoint, {
  violates: [
    ["no name", cluster(endpoints(false, false)), `${endpoint}.dns_endpoint_config.allow_external_traffic is false`],
    ["an address", cluster(endpoints(true, true)), `${endpoint}.ip_endpoints_config.enabled is true`],
    [
      "the address that is there by default",
      cluster(endpoints(true)),
      `${endpoint}.ip_endpoints_config.enabled is absent`,
    ],
  ],
  complies: [
    ["a name alone", cluster(endpoints(true, false))],
    ["a name, and an address for a network", cluster({ ...endpoints(true, true), ...networks("10.0.0.0/24") })],
  ],
  doesNotApply: [["a laptop", laptop]],
});

const privateEndpoint = { private_cluster_config: { enable_private_endpoint: true } };

describeRule(authorizedNetworks, {
  violates: [
    ["an address for all", cluster(endpoints(true, true)), "master_authorized_networks_config.cidr_blocks is empty"],
    ["an address by default", cluster({}), "master_authorized_networks_config.cidr_blocks is empty"],
    [
      "the whole internet",
      cluster({ ...endpoints(true, true), ...networks("10.0.0.0/24", "0.0.0.0/0") }),
      '"0.0.0.0/0" is everybody',
    ],
    [
      "every customer of Google",
      cluster({
        ...endpoints(true, true),
        master_authorized_networks_config: {
          cidr_blocks: [{ cidr_block: "10.0.0.0/24" }],
          gcp_public_cidrs_access_enabled: true,
        },
      }),
      "master_authorized_networks_config.gcp_public_cidrs_access_enabled is true",
    ],
    [
      "a public address in prod",
      cluster({ ...endpoints(true, true), ...networks("203.0.113.0/24") }),
      "private_cluster_config.enable_private_endpoint is absent",
    ],
  ],
  complies: [
    ["no address", cluster(endpoints(true, false))],
    ["a private one", cluster({ ...endpoints(true, true), ...networks("10.0.0.0/24"), ...privateEndpoint })],
    ["a public one for an office in dev", cluster({ ...endpoints(true, true), ...networks("203.0.113.0/24") }, dev)],
  ],
  doesNotApply: [["a laptop", laptop]],
});

const bindings = (authenticated: boolean, unauthenticated: boolean) => ({
  rbac_binding_config: {
    enable_insecure_binding_system_authenticated: authenticated,
    enable_insecure_binding_system_unauthenticated: unauthenticated,
  },
});

describeRule(noBindingsForEverybody, {
  violates: [
    [
      "rights for every account of Google",
      cluster(bindings(true, false)),
      "rbac_binding_config.enable_insecure_binding_system_authenticated is true",
    ],
    [
      "rights for nobody in particular",
      cluster(bindings(false, true)),
      "rbac_binding_config.enable_insecure_binding_system_unauthenticated is true",
    ],
    ["no word on it", cluster({}), "rbac_binding_config.enable_insecure_binding_system_authenticated is absent"],
  ],
  complies: [["neither", cluster(bindings(false, false))]],
  doesNotApply: [["a laptop", laptop]],
});

const dataplane = { datapath_provider: "ADVANCED_DATAPATH" };

describeRule(dataPath, {
  violates: [
    ["the old data path", cluster({ datapath_provider: "LEGACY_DATAPATH" }), 'datapath_provider is "LEGACY_DATAPATH"'],
    ["Calico", cluster({ ...dataplane, network_policy: { enabled: true } }), "network_policy is set"],
    [
      "Calico's add-on",
      cluster({ ...dataplane, addons_config: { network_policy_config: { disabled: false } } }),
      "addons_config.network_policy_config.disabled is false",
    ],
  ],
  complies: [["Dataplane V2 alone", cluster(dataplane)]],
  doesNotApply: [["a laptop", laptop]],
});

const encryption = (block: object) => cluster({ database_encryption: block });

describeRule(encryptedSecrets, {
  violates: [
    ["a key of Google", cluster({}), "database_encryption.state is absent"],
    [
      "a key that is not used",
      encryption({ state: "DECRYPTED", key_name: "a" }),
      'database_encryption.state is "DECRYPTED"',
    ],
    ["no key", encryption({ state: "ENCRYPTED" }), "database_encryption.key_name is absent"],
  ],
  complies: [["a key of ours", encryption({ state: "ENCRYPTED", key_name: "a" })]],
  doesNotApply: [["dev", cluster({}, dev)]],
});

const credentials = (certificate: boolean, abac: boolean, alpha: boolean) =>
  cluster({
    master_auth: { client_certificate_config: { issue_client_certificate: certificate } },
    enable_legacy_abac: abac,
    enable_kubernetes_alpha: alpha,
  });

describeRule(noLastingCredentials, {
  violates: [
    [
      "a certificate",
      credentials(true, false, false),
      "master_auth.client_certificate_config.issue_client_certificate is true",
    ],
    ["ABAC", credentials(false, true, false), "enable_legacy_abac is true"],
    ["alpha", credentials(false, false, true), "enable_kubernetes_alpha is true"],
  ],
  complies: [["none of them", credentials(false, false, false)]],
  doesNotApply: [["a laptop", laptop]],
});

const ofDomain = { ...prod, domain: "example.com" };
const group = (name?: string) => ({ authenticator_groups_config: { security_group: name } });

describeRule(groups, {
  violates: [
    ["persons", cluster({}, ofDomain), "authenticator_groups_config.security_group is absent"],
    [
      "another group",
      cluster(group("admins@example.com"), ofDomain),
      'authenticator_groups_config.security_group is "admins@example.com"',
    ],
  ],
  complies: [["the group of groups", cluster(group("gke-security-groups@example.com"), ofDomain)]],
  doesNotApply: [
    ["a project without an organization", cluster({})],
    ["dev", cluster({}, { ...dev, domain: "example.com" })],
  ],
});

const logging = (components: readonly string[], measured = ["SYSTEM_COMPONENTS", "APISERVER"]) =>
  cluster({
    logging_config: { enable_components: components },
    monitoring_config: { enable_components: measured },
    enable_intranode_visibility: true,
  });

describeRule(logs, {
  violates: [
    [
      "no word of the API server",
      logging(["SYSTEM_COMPONENTS", "WORKLOADS"]),
      "logging_config.enable_components has no APISERVER",
    ],
    [
      "no metrics of it",
      logging(["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER"], ["SYSTEM_COMPONENTS"]),
      "monitoring_config.enable_components has no APISERVER",
    ],
    ["flows within a node unseen", cluster({}), "enable_intranode_visibility is absent"],
    ["flows of a subnet unseen", subnet({ purpose: "PRIVATE" }), "log_config is absent"],
  ],
  complies: [
    ["all of it", logging(["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER"])],
    ["a subnet with logs", subnet({ log_config: { flow_sampling: 0.5 } })],
  ],
  doesNotApply: [["a subnet of proxies", subnet({ purpose: "REGIONAL_MANAGED_PROXY" })]],
});

const notices = { notification_config: { pubsub: { enabled: true, topic: "a" } } };

describeRule(posture, {
  violates: [
    [
      "nobody looking",
      cluster({ ...notices, security_posture_config: { mode: "DISABLED" } }),
      'security_posture_config.mode is "DISABLED"',
    ],
    [
      "a scanner that is no more",
      cluster({ ...notices, security_posture_config: { mode: "BASIC", vulnerability_mode: "VULNERABILITY_BASIC" } }),
      'security_posture_config.vulnerability_mode is "VULNERABILITY_BASIC"',
    ],
    [
      "nobody told",
      cluster({ security_posture_config: { mode: "BASIC" } }),
      "notification_config.pubsub.enabled is absent",
    ],
    [
      "notices to nowhere",
      cluster({ security_posture_config: { mode: "BASIC" }, notification_config: { pubsub: { enabled: true } } }),
      "notification_config.pubsub.topic is absent",
    ],
  ],
  complies: [["both", cluster({ ...notices, security_posture_config: { mode: "BASIC" } })]],
  doesNotApply: [["dev", cluster({}, dev)]],
});

describeRule(deletionProtection, {
  violates: [
    ["no word on it", cluster({}), "deletion_protection is absent"],
    ["prod that can go", cluster({ deletion_protection: false }), "deletion_protection is false"],
    ["dev that cannot", cluster({ deletion_protection: true }, dev), "deletion_protection is true"],
  ],
  complies: [
    ["prod that stays", cluster({ deletion_protection: true })],
    ["dev that can go", cluster({ deletion_protection: false }, dev)],
  ],
  doesNotApply: [["a laptop", laptop]],
});

const chosen = { location: "europe-west1", datapath_provider: "ADVANCED_DATAPATH", subnetwork: "projects/a/one-nodes" };
const ranges = subnet({
  name: "one-nodes",
  ip_cidr_range: "10.0.0.0/20",
  secondary_ip_range: [{ range_name: "pods", ip_cidr_range: "10.1.0.0/16" }],
});
const table = { [prod.name]: { ...chosen, "ranges.nodes": "10.0.0.0/20", "ranges.pods": "10.1.0.0/16" } };

describeRule(frozenAs(table), {
  violates: [
    [
      "another region",
      [cluster({ ...chosen, location: "europe-west4" }), ranges],
      'location was "europe-west1" and is "europe-west4"',
    ],
    [
      "another range of pods",
      [
        cluster(chosen),
        subnet({
          name: "one-nodes",
          ip_cidr_range: "10.0.0.0/20",
          secondary_ip_range: [{ range_name: "pods", ip_cidr_range: "10.2.0.0/16" }],
        }),
      ],
      'ranges.pods was "10.1.0.0/16" and is "10.2.0.0/16"',
    ],
    ["no range", [cluster(chosen)], 'ranges.nodes was "10.0.0.0/20" and is absent'],
    [
      "a choice that was none",
      [cluster({ ...chosen, networking_mode: "ROUTES" }), ranges],
      'networking_mode was absent and is "ROUTES"',
    ],
    [
      "an environment without a row",
      cluster({ location: "europe-west1" }, { ...prod, name: "other" }),
      'other has no row; add {"location":"europe-west1"}',
    ],
  ],
  complies: [["what was chosen", [cluster(chosen), ranges]]],
  doesNotApply: [["a laptop", laptop]],
});

describeRule(externalAddresses, {
  violates: [
    ["no word on it", cluster({}), "service_external_ips_config.enabled is absent"],
    [
      "addresses of one's choice",
      cluster({ service_external_ips_config: { enabled: true } }),
      "service_external_ips_config.enabled is true",
    ],
  ],
  complies: [["none", cluster({ service_external_ips_config: { enabled: false } })]],
  doesNotApply: [["another resource", resource("google_compute_network", {})]],
});
