import { may, type PlatformRole } from "./platform-roles";

/** What a plan of the layers on Google Cloud reads; nothing here changes anything or reads data. */
export const planRoles: readonly PlatformRole[] = [
  { id: "Networks", role: "roles/compute.viewer", reason: "networks, firewall rules, addresses" },
  { id: "Clusters", role: "roles/container.viewer", reason: "the cluster and its pools" },
  { id: "Policies", role: "roles/iam.securityReviewer", reason: "who may do what, on every resource" },
  { id: "Names", role: "roles/dns.reader", reason: "zones and records" },
  { id: "Certificates", role: "roles/certificatemanager.viewer", reason: "certificates of pages, without their keys" },
  { id: "Connectors", role: "roles/vpcaccess.viewer", reason: "the serverless VPC connector" },
  { id: "Topics", role: "roles/pubsub.viewer", reason: "topics and subscriptions" },
  { id: "Keys", role: "roles/cloudkms.viewer", reason: "keys, without using them" },
  {
    id: "Signing",
    permissions: ["cloudkms.cryptoKeyVersions.viewPublicKey", "containeranalysis.notes.get"],
    reason: "the public half of the key that attests images, and the attestor's note",
  },
  { id: "Databases", role: "roles/cloudsql.viewer", reason: "servers, databases and users without rows and passwords" },
  {
    id: "KeyValueStores",
    permissions: [
      ...["get", "list"].map((verb) => `memorystore.instances.${verb}`),
      ...["get", "list"].map((verb) => `networkconnectivity.serviceConnectionPolicies.${verb}`),
    ],
    reason: "stores of Memorystore without what is in them",
  },
  { id: "Datasets", role: "roles/bigquery.metadataViewer", reason: "datasets and tables without their rows" },
  { id: "Watching", role: "roles/monitoring.viewer", reason: "dashboards, alerts, channels and objectives" },
  {
    id: "Logs",
    permissions: [
      ...["buckets", "logMetrics", "notificationRules", "sinks"].flatMap((kind) =>
        may(`logging.${kind}`, "get", "list"),
      ),
      // The agent that encrypts entries, which the bootstrap layer asks for.
      "logging.cmekSettings.get",
      "logging.settings.get",
    ],
    reason: "where logs go, without reading an entry",
  },
  { id: "Services", role: "roles/serviceusage.serviceUsageViewer", reason: "which APIs are on" },
  {
    id: "Buckets",
    permissions: ["storage.buckets.get", "storage.buckets.getIamPolicy", "storage.buckets.list"],
    reason: "buckets without their objects: no ready-made role stops there",
  },
  {
    id: "Identities",
    permissions: [
      "iam.roles.get",
      "iam.serviceAccounts.get",
      "iam.workloadIdentityPoolProviders.get",
      "iam.workloadIdentityPoolProviders.list",
      "iam.workloadIdentityPools.get",
      "iam.workloadIdentityPools.list",
    ],
    reason: "identities, their roles and the pool by which CI comes in",
  },
  {
    id: "Analytics",
    permissions: [
      "aiplatform.endpoints.get",
      "aiplatform.featureGroups.get",
      "bigquery.connections.get",
      "bigquery.dataPolicies.get",
      "composer.environments.get",
      "datacatalog.taxonomies.get",
      "dlp.inspectTemplates.get",
      "dlp.jobTriggers.get",
      "metastore.services.get",
      "notebooks.instances.get",
    ],
    reason: "what analytics is made of: the ready-made viewers also read findings, metadata and DAG runs",
  },
  {
    id: "Registries",
    permissions: [
      "artifactregistry.repositories.get",
      "artifactregistry.repositories.getIamPolicy",
      "artifactregistry.repositories.list",
    ],
    reason: "registries without their images: the ready-made reader may pull them",
  },
  { id: "Admission", role: "roles/binaryauthorization.policyViewer", reason: "the policy on images" },
  { id: "Attestors", role: "roles/binaryauthorization.attestorsViewer", reason: "whose word the policy asks for" },
  { id: "Backups", role: "roles/gkebackup.viewer", reason: "plans of backups, without what is in them" },
  { id: "Secrets", role: "roles/secretmanager.viewer", forSecretManager: true, reason: "secrets without their values" },
];
