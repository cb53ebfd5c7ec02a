import type { Scanner } from "./finding";

/** Findings of scanners that are meant to be there. */
export interface ScannerWaiver {
  readonly scanner: Scanner;
  /** Id of the check. */
  readonly check: string;
  /** Addresses it excuses, with `*` for any text; each must excuse something. */
  readonly addresses: readonly string[];
  /**
   * Names of the stacks it excuses, such as `gke-prod-cluster`, with `*` for any text; each must excuse something.
   *
   * @default - every stack
   */
  readonly stacks?: readonly string[];
  readonly reason: string;
}

/** What both scanners find, each with an id of its own. */
function both(checkov: string, trivy: string, waiver: Omit<ScannerWaiver, "scanner" | "check">): ScannerWaiver[] {
  return [
    { ...waiver, scanner: "checkov", check: checkov },
    { ...waiver, scanner: "trivy", check: trivy },
  ];
}

const cluster = ["google_container_cluster.Cluster"];

/** Stacks of the environments that relax nothing. */
const guarded = (layer: string) => [`gke-staging-${layer}`, `gke-prod-${layer}`];

/** Tier setting `ownKeys`. */
const devKeys = "dev holds no data of people, and a key of its own must be kept for ever";

/** Every waiver; one that excuses nothing is an error. */
export const scannerWaivers: readonly ScannerWaiver[] = [
  {
    scanner: "checkov",
    check: "CKV_GCP_12",
    addresses: cluster,
    reason: "Dataplane V2 enforces network policies without that block (checkov#6357); rule GKE-07 proves it",
  },
  ...both("CKV_GCP_20", "GCP-0061", {
    addresses: cluster,
    reason: "the control plane has no address to restrict: it is reached by its DNS name with IAM (GKE-02, GKE-03)",
  }),
  ...both("CKV_GCP_21", "GCP-0051", {
    addresses: cluster,
    reason: "labels of every resource come from default_labels of the provider, which neither scanner reads",
  }),
  {
    scanner: "checkov",
    check: "CKV_GCP_66",
    addresses: cluster,
    stacks: ["gke-dev-cluster"],
    reason: "dev runs what was built a minute ago, before CI has seen it (tier setting imageAdmission)",
  },
  {
    scanner: "trivy",
    check: "GCP-0072",
    addresses: ["google_compute_firewall.Network_Firewall_ToOwnRanges"],
    reason: "a way out to the cluster's own ranges only; what pods may call there is decided by network policies",
  },
  {
    scanner: "trivy",
    check: "KUBE-0002",
    addresses: ["kubernetes_network_policy_v1.Flows_FluxSystemFluxToInternetEgress"],
    stacks: ["*-gitops"],
    reason: "repositories and registries that people name are anywhere; two ports are open, the metadata server is not",
  },
  {
    scanner: "checkov",
    check: "CKV_GCP_125",
    addresses: ["google_iam_workload_identity_pool_provider.Github_Provider"],
    reason:
      "it looks for the claim sub, whose form depends on the repository's age; the condition names repository, owner, environment and branch",
  },
  {
    scanner: "checkov",
    check: "CKV2_GCP_33",
    addresses: ["google_vertex_ai_endpoint.Healing_Model_Endpoint"],
    stacks: guarded("analytics"),
    reason: "private by Private Service Connect, in the place of the peering that it looks for; rule GCP-04 proves it",
  },
  ...both("CKV_GCP_62", "GCP-0077", {
    addresses: ["google_storage_bucket.*"],
    reason: "who read what is in the Data Access audit logs; usage logs are an older way to say less",
  }),
  ...both("CKV_GCP_78", "GCP-0078", {
    addresses: ["google_storage_bucket.Backup"],
    stacks: guarded("analytics"),
    reason:
      "nothing in it can be replaced or removed before its retention ends, and Cloud Storage refuses both together",
  }),
  ...both("CKV_GCP_78", "GCP-0078", {
    addresses: ["google_storage_bucket.VaultSnapshots_Bucket"],
    stacks: guarded("cluster"),
    reason: "no snapshot can be replaced or removed before its retention ends, and Cloud Storage refuses both together",
  }),
  {
    scanner: "trivy",
    check: "GCP-0066",
    addresses: ["google_storage_bucket.*"],
    stacks: ["gke-dev-analytics", "gke-dev-data"],
    reason: devKeys,
  },
  {
    scanner: "checkov",
    check: "CKV_GCP_80",
    addresses: [
      "google_bigquery_table.Alerts_Incidents",
      "google_bigquery_table.Healing_Model_Features",
      "google_bigquery_table.Tables_*",
    ],
    stacks: guarded("analytics"),
    reason: "a table has the default key of its dataset, of which GCP-01 wants one of our own",
  },
  {
    scanner: "checkov",
    check: "CKV_GCP_81",
    addresses: ["google_bigquery_dataset.Dataset"],
    stacks: ["gke-dev-analytics"],
    reason: devKeys,
  },
  {
    scanner: "checkov",
    check: "CKV_GCP_83",
    addresses: ["google_pubsub_topic.Channels_MachinesTopic", "google_pubsub_topic.Findings_Topic"],
    stacks: ["gke-dev-observability", "gke-dev-perimeter"],
    reason: devKeys,
  },
  {
    scanner: "checkov",
    check: "CKV_GCP_84",
    addresses: ["google_artifact_registry_repository.Images_Registry"],
    stacks: ["gke-dev-cluster"],
    reason: devKeys,
  },
];
