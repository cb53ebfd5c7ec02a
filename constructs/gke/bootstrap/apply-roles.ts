import { may, type PlatformRole } from "./platform-roles";

/** A role that the apply identity may give to others, and take away again. */
export interface GrantableRole {
  readonly role: string;
  /** Who gets it, and in which layer. */
  readonly to: string;
}

/**
 * Roles on the project that stacks give to the identities they make. A role that is not here cannot be given, so the
 * apply identity is no owner by another name (GKE-06).
 */
export const grantableRoles: readonly GrantableRole[] = [
  { role: "roles/container.defaultNodeServiceAccount", to: "the nodes of the cluster" },
];

/** Managing something and who may use it. */
const managed = ["create", "delete", "get", "getIamPolicy", "list", "setIamPolicy", "update"] as const;

/**
 * What the layers after `bootstrap` make, and no more; keys, APIs, roles and the identities that machines run as belong to the
 * bootstrap layer. Rows with `setIamPolicy` can be turned into more by a grant to itself, which the audit log shows.
 */
export const applyRoles: readonly PlatformRole[] = [
  { id: "Networks", role: "roles/compute.networkAdmin", reason: "networks, subnets, routers, addresses; no machines" },
  { id: "Firewalls", role: "roles/compute.securityAdmin", reason: "firewall rules, which networkAdmin only reads" },
  {
    id: "Clusters",
    role: "roles/container.admin",
    reason: "the cluster, and in it the RBAC rules of charts, which need every right that they give",
  },
  {
    id: "ServiceAccounts",
    // Google takes no condition on accounts, so `setIamPolicy` is on all of them: it can still let itself act as one.
    permissions: may("iam.serviceAccounts", ...managed),
    reason: "identities of workloads and who acts as them; it makes no keys and acts as none by itself",
  },
  {
    id: "ProjectRoles",
    role: "roles/resourcemanager.projectIamAdmin",
    // GKE-06: whoever may give any role is an owner by another name.
    mayGrantOnly: grantableRoles.map(({ role }) => role),
    reason: "identities of nodes and workloads get the roles of the list, and no others",
  },
  { id: "Names", role: "roles/dns.admin", reason: "zones, records and the log of questions, private and public" },
  {
    id: "Certificates",
    role: "roles/certificatemanager.owner",
    reason: "certificates of pages, which only the owner role may remove; their keys stay with Google",
  },
  { id: "PrivateServices", role: "roles/servicenetworking.networksAdmin", reason: "the peering with managed services" },
  { id: "Connectors", role: "roles/vpcaccess.admin", reason: "the serverless VPC connector" },
  {
    id: "Topics",
    permissions: [
      ...may("pubsub.topics", "attachSubscription", ...managed),
      ...may("pubsub.subscriptions", ...managed),
    ],
    reason: "topics, subscriptions and who may use them; reading and sending messages is not in it",
  },
  {
    id: "Buckets",
    permissions: [...may("storage.buckets", ...managed)],
    reason: "buckets and who may use them; objects only where it is given a role on their bucket",
  },
  {
    id: "Objects",
    // `force_destroy` empties a bucket first.
    permissions: may("storage.objects", "delete", "list"),
    forDestroy: true,
    reason: "emptying buckets that a plan may destroy",
  },
  {
    id: "Databases",
    permissions: [
      ...may("cloudsql.instances", "create", "delete", "get", "list", "listServerCas", "update"),
      ...may("cloudsql.databases", "create", "delete", "get", "list", "update"),
      ...may("cloudsql.users", "create", "delete", "get", "list", "update"),
    ],
    reason: "servers of Cloud SQL, their databases and users; nobody logs in, exports or restores with it",
  },
  {
    id: "KeyValueStores",
    permissions: [
      ...may("memorystore.instances", "create", "delete", "get", "list", "update"),
      "memorystore.operations.get",
      ...may("networkconnectivity.serviceConnectionPolicies", "create", "delete", "get", "list", "update"),
      "networkconnectivity.operations.get",
    ],
    reason: "stores of Memorystore and the addresses that they take; nobody connects with it",
  },
  {
    id: "Datasets",
    permissions: [
      ...may("bigquery.datasets", "create", "delete", "get", "getIamPolicy", "setIamPolicy", "update"),
      ...may("bigquery.tables", "create", "delete", "get", "getIamPolicy", "list", "setIamPolicy", "update"),
      ...may("bigquery.routines", "create", "delete", "get", "list", "update"),
    ],
    reason: "datasets, tables, views and who may read them; rows (`tables.getData`) are not in it",
  },
  {
    id: "Composer",
    permissions: [
      ...may("composer.environments", "create", "delete", "get", "list", "update"),
      ...may("composer.operations", "get", "list"),
    ],
    reason: "Airflow as Google runs it; no command runs in it",
  },
  {
    id: "Models",
    permissions: [
      ...may("aiplatform.endpoints", "create", "delete", "get", "list", "update"),
      ...may("aiplatform.featureGroups", "create", "delete", "get", "list", "update"),
      ...may("notebooks.instances", "create", "delete", "get", "list", "update"),
      ...may("notebooks.operations", "get", "list"),
    ],
    reason: "endpoints, groups of features and notebooks; no model is deployed, asked or removed",
  },
  {
    id: "Classification",
    permissions: [
      ...may("datacatalog.taxonomies", ...managed),
      ...may("datacatalog.categories", "getIamPolicy", "setIamPolicy"),
      ...may("bigquery.dataPolicies", ...managed),
      // A table gets its tags, and an external one its connection.
      "bigquery.tables.setCategory",
      ...may("bigquery.connections", "delegate", ...managed),
    ],
    reason: "tags of columns, masks and who sees through them",
  },
  {
    id: "Inspection",
    permissions: [
      ...may("dlp.inspectTemplates", "create", "delete", "get", "list", "update"),
      ...may("dlp.jobTriggers", "create", "delete", "get", "list", "update"),
    ],
    reason: "what is looked for in data, where and when; no finding can be read",
  },
  {
    id: "Metastores",
    permissions: [
      ...may("metastore.services", "create", "delete", "get", "list", "update"),
      ...may("metastore.operations", "get", "list"),
    ],
    reason: "metastores of Google; no table in them can be read",
  },
  {
    id: "Registries",
    permissions: [
      ...may("artifactregistry.repositories", ...managed),
      // A repository that is made or changed is an operation to wait for.
      "artifactregistry.locations.list",
    ],
    reason: "registries of images and who may use them; reading, pushing and deleting images is not in it",
  },
  {
    id: "Admission",
    permissions: [
      ...may("binaryauthorization.policy", "get", "update"),
      // A policy may name only attestors that its editor can see.
      ...may("binaryauthorization.attestors", "get", "list"),
    ],
    reason: "which images run, so also whether they must be attested; an attestor's key cannot be replaced",
  },
  {
    id: "Backups",
    permissions: [
      ...may("gkebackup.backupPlans", "create", "delete", "get", "list", "update"),
      ...may("gkebackup.restorePlans", "create", "delete", "get", "list", "update"),
      ...may("gkebackup.operations", "get", "list"),
    ],
    reason: "plans of backups; no backup can be deleted or restored",
  },
  {
    id: "Watching",
    permissions: [
      "alertPolicies",
      "dashboards",
      "notificationChannels",
      "services",
      "slos",
      "uptimeCheckConfigs",
    ].flatMap((kind) => may(`monitoring.${kind}`, "create", "delete", "get", "list", "update")),
    reason: "dashboards, alerts, channels and objectives; no metric can be written",
  },
  {
    id: "Logs",
    permissions: [
      // An alert on a log entry needs the right on the rule that notices it as well.
      ...["buckets", "logMetrics", "notificationRules", "sinks"].flatMap((kind) =>
        may(`logging.${kind}`, "create", "delete", "get", "list", "update"),
      ),
      // A bucket is made and changed by an operation to wait for.
      ...may("logging.operations", "get", "list"),
    ],
    reason: "where logs go and how long they stay; no entry can be read or deleted",
  },
  {
    id: "Secrets",
    permissions: [
      ...may("secretmanager.secrets", ...managed),
      ...may("secretmanager.versions", "add", "destroy", "disable", "enable", "get", "list"),
    ],
    forSecretManager: true,
    reason: "writing secrets and choosing their readers; reading a value (`versions.access`) is not in it",
  },
];
