import { ownNetwork } from "../../policies/network/net-01-own-network";
import { loggedNat } from "../../policies/network/net-02-logged-nat";
import { calledPorts } from "../../policies/network/net-03-called-ports";
import { closedNetwork } from "../../policies/network/net-04-closed-network";
import { metadataServer } from "../../policies/network/net-07-metadata-server";
import { cleanTeardown } from "../../policies/network/net-09-clean-teardown";
import { oneWayToGoogle } from "../../policies/network/net-10-one-way-to-google";
import type { Block, Blocks } from "../../stacks/stack-json";
import { cloud, describeRule, expression, release, resource, stackOf } from "./hand-made";

const network = { layer: "network", environment: cloud } as const;
const cluster = { layer: "cluster", environment: cloud } as const;
const services = { layer: "services", environment: cloud } as const;
const onCloud = (stack: ReturnType<typeof release>) => ({ ...stack, ...services, name: "cloud-services" });

const subnetwork = (changes: Block = {}) => ({
  private_ip_google_access: true,
  log_config: { metadata: "INCLUDE_ALL_METADATA" },
  secondary_ip_range: [{ range_name: "pods" }, { range_name: "services" }],
  ...changes,
});
const allocation = (changes: Block = {}) => ({
  ip_allocation_policy: { cluster_secondary_range_name: "pods", services_secondary_range_name: "services", ...changes },
});

describeRule(ownNetwork, {
  violates: [
    [
      "subnetworks in every region",
      resource("google_compute_network", { auto_create_subnetworks: true }, network),
      "auto_create_subnetworks is true",
    ],
    [
      "Google's APIs by the internet",
      resource("google_compute_subnetwork", subnetwork({ private_ip_google_access: false }), network),
      "private_ip_google_access is false",
    ],
    [
      "flows without a log",
      resource("google_compute_subnetwork", subnetwork({ log_config: undefined }), network),
      "flows have no log",
    ],
    [
      "pods with addresses of routes",
      resource("google_container_cluster", allocation({ cluster_secondary_range_name: undefined }), cluster),
      "ip_allocation_policy.cluster_secondary_range_name is absent",
    ],
    [
      "a range that is not there",
      [
        resource("google_compute_subnetwork", subnetwork(), network),
        resource("google_container_cluster", allocation({ services_secondary_range_name: "other" }), cluster),
      ],
      'ip_allocation_policy.services_secondary_range_name is "other", which the subnetwork does not have',
    ],
  ],
  complies: [
    [
      "ranges of the subnetwork",
      [
        resource("google_compute_subnetwork", subnetwork(), network),
        resource("google_container_cluster", allocation(), cluster),
      ],
    ],
    ["ranges of a shared network", resource("google_container_cluster", allocation(), cluster)],
  ],
  doesNotApply: [
    [
      "the range of Google's proxies",
      resource("google_compute_subnetwork", { purpose: "REGIONAL_MANAGED_PROXY" }, network),
    ],
  ],
});

const nat = (changes: Block = {}) => ({
  subnetwork: [{ name: expression("google_compute_subnetwork.Nodes.id") }],
  log_config: { enable: true, filter: "ALL" },
  ...changes,
});
const withNat = (...nats: readonly Block[]) =>
  stackOf(
    {
      resource: {
        google_compute_subnetwork: { Nodes: subnetwork() },
        google_compute_router_nat: Object.fromEntries(nats.map((block, index) => [`Nat${index}`, block])),
      },
    },
    network,
  );

describeRule(loggedNat, {
  violates: [
    ["a subnetwork without a way out", withNat(), "0 NATs let it out, and it needs one"],
    [
      "a NAT of another subnetwork",
      withNat(nat({ subnetwork: [{ name: expression("google_compute_subnetwork.NodesOther.id") }] })),
      "0 NATs let it out, and it needs one",
    ],
    [
      "a NAT without a log",
      withNat(nat({ log_config: { enable: false, filter: "ALL" } })),
      "log_config.enable of google_compute_router_nat.Nat0 is false",
    ],
    [
      "a NAT that logs errors only",
      withNat(nat({ log_config: { enable: true, filter: "ERRORS_ONLY" } })),
      'log_config.filter of google_compute_router_nat.Nat0 is "ERRORS_ONLY"',
    ],
  ],
  complies: [["a NAT that logs all", withNat(nat())]],
  doesNotApply: [
    ["the range of Google's proxies", resource("google_compute_subnetwork", { purpose: "REGIONAL_MANAGED_PROXY" })],
  ],
});

const range = "10.0.0.0/28";
const called = (...ports: readonly string[]) =>
  resource(
    "kubernetes_network_policy_v1",
    {
      spec: { ingress: [{ from: [{ ip_block: { cidr: range } }], ports: ports.map((port) => ({ port })) }] },
    },
    services,
  );
const controlPlane = stackOf(
  {
    resource: {
      google_container_cluster: { One: { private_cluster_config: { master_ipv4_cidr_block: range } } },
      google_container_node_pool: { One: { node_config: { tags: ["node"] } } },
    },
  },
  cluster,
);
const firewall = (...rules: readonly Block[]) =>
  stackOf(
    {
      resource: { google_compute_firewall: Object.fromEntries(rules.map((rule, index) => [`Rule${index}`, rule])) },
    },
    network,
  );
const opens = (ports: readonly string[] | undefined, changes: Block = {}) => ({
  direction: "INGRESS",
  source_ranges: [range],
  target_tags: ["node"],
  allow: [{ protocol: "tcp", ports }],
  ...changes,
});

describeRule(calledPorts, {
  violates: [
    ["a network without a cluster", firewall(opens(["9443"])), "no layer makes the cluster whose control plane calls"],
    [
      "a webhook behind the firewall",
      [controlPlane, called("9443", "8200"), firewall(opens(["8200"]))],
      "the control plane calls port 9443, and no rule opens it",
    ],
    [
      "a port that nobody calls",
      [controlPlane, called("9443"), firewall(opens(["9443", "22"]))],
      "a rule opens port 22, which no flow asks for",
    ],
    [
      "all ports",
      [controlPlane, called("9443"), firewall(opens(undefined))],
      "a rule opens all ports, which no flow asks for",
    ],
    [
      "machines of others",
      [controlPlane, called("9443"), firewall(opens(["9443"], { target_tags: undefined }))],
      'target_tags of google_compute_firewall.Rule0 is absent, and nodes have ["node"]',
    ],
  ],
  complies: [
    ["the ports of the webhooks", [controlPlane, called("9443", "10250"), firewall(opens(["9443"]))]],
    ["no rule where GKE opens all", [controlPlane, called("443"), firewall()]],
  ],
  doesNotApply: [["a laptop", resource("google_compute_firewall", opens(["22"]))]],
});

const logged = { log_config: { metadata: "INCLUDE_ALL_METADATA" } };
const denies = (direction: string, changes: Block = {}) => ({
  direction,
  priority: 65000,
  [direction === "INGRESS" ? "source_ranges" : "destination_ranges"]: ["0.0.0.0/0"],
  deny: [{ protocol: "all" }],
  ...logged,
  ...changes,
});

describeRule(closedNetwork, {
  violates: [
    ["a door for everybody", firewall(opens(["22"], { source_ranges: ["0.0.0.0/0"] })), 'lets everybody in at ["22"]'],
    [
      "a way to everywhere",
      firewall({ direction: "EGRESS", destination_ranges: ["0.0.0.0/0"], allow: [{ protocol: "all" }] }),
      "lets nodes reach every port of the internet",
    ],
    [
      "a way to other private networks",
      firewall({
        direction: "EGRESS",
        destination_ranges: ["0.0.0.0/0"],
        allow: [{ protocol: "tcp", ports: ["443"] }],
      }),
      "lets nodes reach other private networks as if they were the internet",
    ],
    ["no last rule", firewall(denies("INGRESS")), "no rule refuses all other egress with a log entry"],
    [
      "a last rule that says nothing",
      firewall(denies("INGRESS", { log_config: undefined }), denies("EGRESS")),
      "no rule refuses all other ingress with a log entry",
    ],
    [
      "a last rule before those of GKE",
      firewall(denies("INGRESS", { priority: 900 }), denies("EGRESS")),
      "no rule refuses all other ingress with a log entry",
    ],
    [
      "a last rule after the one of Google",
      firewall(denies("INGRESS"), denies("EGRESS", { priority: 65535 })),
      "no rule refuses all other egress with a log entry",
    ],
  ],
  complies: [
    [
      "named ports, and a last rule each way",
      firewall(
        opens(["9443"]),
        {
          direction: "EGRESS",
          priority: 3000,
          destination_ranges: ["0.0.0.0/0"],
          allow: [{ protocol: "tcp", ports: ["443"] }],
        },
        {
          direction: "EGRESS",
          priority: 2000,
          destination_ranges: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"],
          deny: [{ protocol: "all" }],
        },
        denies("INGRESS"),
        denies("EGRESS"),
      ),
    ],
  ],
  doesNotApply: [["a laptop", stackOf({}, { layer: "network" })]],
});

const identity = { "iam.gke.io/gcp-service-account": "a@example-dev.iam.gserviceaccount.com" };
const way = (changes: Block = {}, ports: readonly string[] = ["80", "988"]) => ({
  kubernetes_network_policy_v1: {
    Way: {
      metadata: { name: "way", namespace: "lake" },
      spec: {
        pod_selector: { match_labels: { app: "a" } },
        egress: [
          {
            to: [{ ip_block: { cidr: "169.254.169.254/32" } }, { ip_block: { cidr: "169.254.169.252/32" } }],
            ports: ports.map((port) => ({ port })),
          },
        ],
        ...changes,
      },
    },
  },
});
const account = (namespace = "lake"): Blocks => ({
  kubernetes_service_account_v1: { One: { metadata: { namespace, annotations: identity } } },
});
const inServices = (blocks: Blocks) => stackOf({ resource: blocks }, services);
const without = "a service account has an identity of Google, and no policy lets its pods ask for a token";

describeRule(metadataServer, {
  violates: [
    ["an account whose pods get no token", inServices(account()), without],
    ["one in the values of a chart", onCloud(release({}, { serviceAccount: { annotations: identity } })), without],
    [
      "a way in another namespace",
      inServices({ ...account("other"), ...way() }),
      "no service account of the namespace lake has an identity of Google",
    ],
    [
      "a way that nobody needs",
      inServices(way()),
      "no service account of the namespace lake has an identity of Google",
    ],
    [
      "a way for every pod",
      inServices({ ...account(), ...way({ pod_selector: {} }) }),
      "every pod of the namespace may ask",
    ],
    ["half a way", inServices({ ...account(), ...way({}, ["80"]) }), "169.254.169.252/32 is not open at 988"],
  ],
  complies: [
    ["an account and the way of its pods", inServices({ ...account(), ...way() })],
    [
      "an account that the Spark operator makes for jobs",
      [
        onCloud(
          release(
            { namespace: "spark-operator" },
            { spark: { jobNamespaces: ["lake"], serviceAccount: { annotations: identity } } },
          ),
        ),
        inServices(way()),
      ],
    ],
  ],
  doesNotApply: [
    ["a laptop", stackOf({ resource: way() })],
    ["an account without an identity", onCloud(release({}, { serviceAccount: { annotations: {} } }))],
  ],
});

describeRule(cleanTeardown, {
  violates: [
    [
      "a network that is given up on",
      resource("google_compute_network", { timeouts: { delete: "4m" } }, network),
      'timeouts.delete is "4m", and 20m are needed',
    ],
    [
      "a subnetwork with the provider's patience",
      resource("google_compute_subnetwork", {}, network),
      "timeouts.delete is absent, and 20m are needed",
    ],
    [
      "a load balancer of a chart",
      onCloud(release({}, { service: { type: "LoadBalancer" } })),
      'values.service.type is "LoadBalancer"',
    ],
    [
      "one among objects",
      onCloud(release({}, { objects: [{ spec: { type: "LoadBalancer" } }] })),
      'values.objects[0].spec.type is "LoadBalancer"',
    ],
    [
      "one of Terraform",
      resource("kubernetes_service_v1", { spec: { type: "LoadBalancer" } }, services),
      'block.spec.type is "LoadBalancer"',
    ],
  ],
  complies: [
    ["networks that are waited for", resource("google_compute_subnetwork", { timeouts: { delete: "30m" } }, network)],
    ["Services inside the cluster", onCloud(release({}, { service: { type: "ClusterIP" } }))],
  ],
  doesNotApply: [["a laptop, whose load balancers are processes", release({}, { service: { type: "LoadBalancer" } })]],
});

const toGoogle = { direction: "EGRESS", destination_ranges: ["199.36.153.8/30"], allow: [{ protocol: "tcp" }] };
const calls = (cidr: string, except?: readonly string[]) => [
  firewall(toGoogle),
  stackOf(
    {
      resource: {
        kubernetes_network_policy_v1: { Way: { spec: { egress: [{ to: [{ ip_block: { cidr, except } }] }] } } },
      },
    },
    services,
  ),
];

describeRule(oneWayToGoogle, {
  violates: [
    [
      "the range that is not in use",
      calls("199.36.153.4/30"),
      "reaches 199.36.153.4/30, and the network has Google's APIs at 199.36.153.8/30",
    ],
    [
      "private networks as internet",
      calls("0.0.0.0/0", ["172.16.0.0/12", "192.168.0.0/16"]),
      "reaches 10.0.0.0/8 as if it were the internet",
    ],
  ],
  complies: [
    ["the range in use", calls("199.36.153.8/30")],
    ["the internet alone", calls("0.0.0.0/0", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"])],
  ],
  doesNotApply: [["an address of somebody", calls("203.0.113.7/32")]],
});
