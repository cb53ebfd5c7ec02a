import type { Alert } from "./alert";

const activity = 'log_id("cloudaudit.googleapis.com/activity")';

/** Who did it, as the entry has it. */
const who = {
  who: "EXTRACT(protoPayload.authenticationInfo.principalEmail)",
  what: "EXTRACT(protoPayload.methodName)",
};

/** A change that only a plan may make, and what to do when it was none. */
interface Change {
  readonly id: string;
  readonly title: string;
  readonly counts: string;
  readonly severity: Alert["severity"];
  readonly filter: string;
  readonly meaning: string;
  readonly steps?: readonly string[];
}

/**
 * Changes of rights, networks and keys, by the entries that CIS Google Cloud Foundations 2.4 to 2.11 asks for, and more.
 * Services write names of methods with and without their package, so filters compare the last part.
 *
 * @see https://www.cisecurity.org/benchmark/google_cloud_computing_platform
 * @see https://cloud.google.com/binary-authorization/docs/audit-logging
 * @see https://cloud.google.com/kms/docs/audit-logging
 * @see https://cloud.google.com/iam/docs/audit-logging
 */
const changes: readonly Change[] = [
  {
    id: "OwnershipChanged",
    title: "Ownership of the project changed",
    counts: "cis-2-4-ownership",
    severity: "critical",
    filter:
      'protoPayload.serviceName="cloudresourcemanager.googleapis.com" AND (("ProjectOwnership" OR "projectOwnerInvitee") OR (protoPayload.serviceData.policyDelta.bindingDeltas.action=("ADD" OR "REMOVE") AND protoPayload.serviceData.policyDelta.bindingDeltas.role="roles/owner"))',
    meaning: "An owner may do everything, this alert's removal included. No stack of this project makes one.",
  },
  {
    id: "AuditConfigChanged",
    title: "Audit logging changed",
    counts: "cis-2-5-audit-config",
    severity: "critical",
    filter: `${activity} AND protoPayload.methodName="SetIamPolicy" AND protoPayload.serviceData.policyDelta.auditConfigDeltas:*`,
    meaning: "Who switches off Data Access logs may read without being seen.",
  },
  {
    id: "RoleChanged",
    title: "Custom role changed",
    counts: "cis-2-6-custom-role",
    severity: "warning",
    filter: `${activity} AND resource.type="iam_role" AND protoPayload.methodName=("google.iam.admin.v1.CreateRole" OR "google.iam.admin.v1.DeleteRole" OR "google.iam.admin.v1.UpdateRole")`,
    meaning: "Everybody who has the role may now do more or less than was reviewed.",
  },
  {
    id: "FirewallChanged",
    title: "Firewall changed",
    counts: "cis-2-7-firewall",
    severity: "error",
    filter: `${activity} AND resource.type="gce_firewall_rule" AND protoPayload.methodName=~"compute[.]firewalls[.](insert|patch|update|delete)"`,
    meaning:
      "A rule of the firewall was added, changed or removed. GKE makes rules of its own (k8s-, gke-) for load balancers.",
  },
  {
    id: "RouteChanged",
    title: "Route changed",
    counts: "cis-2-8-route",
    severity: "error",
    filter: `${activity} AND resource.type="gce_route" AND protoPayload.methodName=~"compute[.]routes[.](insert|delete)"`,
    meaning: "A route decides where packets go; a new one may lead them past the NAT and its logs.",
  },
  {
    id: "NetworkChanged",
    title: "Network changed",
    counts: "cis-2-9-network",
    severity: "error",
    filter: `${activity} AND resource.type="gce_network" AND protoPayload.methodName=~"compute[.]networks[.](insert|patch|delete|addPeering|removePeering)"`,
    meaning: "A network was added, changed or joined to another one, whose hosts may then reach ours.",
  },
  {
    id: "BucketAccessChanged",
    title: "Access to a bucket changed",
    counts: "cis-2-10-bucket-access",
    severity: "error",
    filter: `${activity} AND resource.type="gcs_bucket" AND protoPayload.methodName="storage.setIamPermissions"`,
    meaning: "Somebody else may now read or write the objects of a bucket.",
  },
  {
    id: "DatabaseChanged",
    title: "Settings of a Cloud SQL instance changed",
    counts: "cis-2-11-database",
    severity: "warning",
    filter: `${activity} AND protoPayload.methodName="cloudsql.instances.update"`,
    meaning: "Addresses, TLS, backups or flags of a database are other than they were.",
  },
  {
    id: "AccessChanged",
    title: "Rights on the project changed",
    counts: "project-access",
    severity: "error",
    filter: `${activity} AND protoPayload.serviceName="cloudresourcemanager.googleapis.com" AND protoPayload.methodName="SetIamPolicy" AND protoPayload.serviceData.policyDelta.bindingDeltas:*`,
    meaning: "A role on the whole project was given or taken away.",
  },
  {
    id: "ServiceAccountKeyMade",
    title: "Key of a service account was made",
    counts: "service-account-key",
    severity: "critical",
    filter: `${activity} AND protoPayload.methodName=("google.iam.admin.v1.CreateServiceAccountKey" OR "google.iam.admin.v1.UploadServiceAccountKey")`,
    meaning:
      "A key is a password that does not end. Nothing here needs one: pods have Workload Identity, CI has federation.",
    steps: [
      "Delete it: `gcloud iam service-accounts keys delete <id> --iam-account <email>`; then read what it was used for.",
    ],
  },
  {
    id: "EncryptionKeyAtRisk",
    title: "Key of Cloud KMS was disabled or is to be destroyed",
    counts: "encryption-key",
    severity: "critical",
    filter: `${activity} AND protoPayload.serviceName="cloudkms.googleapis.com" AND (protoPayload.methodName="DestroyCryptoKeyVersion" OR (protoPayload.methodName="UpdateCryptoKeyVersion" AND protoPayload.request.cryptoKeyVersion.state="DISABLED"))`,
    meaning:
      "Without its key neither Vault, a state, a disk nor a table can be read. A destroyed version can be restored for 30 days.",
    steps: [
      "Restore it: `gcloud kms keys versions restore <version> --key <key> --keyring <ring> --location <region>`, then enable it.",
    ],
  },
  {
    id: "AccountTakenOver",
    title: "Rights on a service account changed",
    counts: "service-account-access",
    severity: "critical",
    filter: `${activity} AND protoPayload.serviceName="iam.googleapis.com" AND protoPayload.methodName=~"(^|[.])SetI[Aa][Mm]Policy$"`,
    meaning:
      "Somebody else may now act as a service account, with all that it may do: no key is made, and the project's own policy stays as it was.",
    steps: [
      "`resource.labels.email_id` in the entry is the account; `gcloud iam service-accounts get-iam-policy <email>` shows who may act as it.",
      "The account is apply or images of this environment: until it is clear who did it, `gcloud iam service-accounts disable <email>`.",
      "Its own calls since then: `gcloud logging read 'protoPayload.authenticationInfo.principalEmail=\"<email>\"'`.",
    ],
  },
  {
    id: "FederationChanged",
    title: "Who may come in from outside changed",
    counts: "workload-federation",
    severity: "critical",
    filter: `${activity} AND protoPayload.serviceName="iam.googleapis.com" AND protoPayload.methodName=~"WorkloadIdentityPools[.](Create|Update|Delete|Undelete)"`,
    meaning:
      "Tokens of another issuer, or of another repository, may now become an identity of this project: that is how pipelines come in.",
    steps: [
      "`gcloud iam workload-identity-pools providers describe <provider> --workload-identity-pool <pool> --location global`: issuer and condition must be those of the bootstrap layer.",
      "They are not: `gcloud iam workload-identity-pools providers update-oidc <provider> --disabled`, with the same flags; then apply bootstrap again.",
    ],
  },
  {
    id: "KeyAccessChanged",
    title: "Rights on a key of Cloud KMS changed",
    counts: "encryption-key-access",
    severity: "critical",
    filter: `${activity} AND protoPayload.serviceName="cloudkms.googleapis.com" AND protoPayload.methodName=~"(^|[.])SetIamPolicy$"`,
    meaning: "Somebody else may now decrypt by a key, or sign by it: Vault's seal, backups, or attestations of images.",
    steps: [
      "`protoPayload.resourceName` in the entry is the key; `gcloud kms keys get-iam-policy <key> --keyring <ring> --location <region>` shows who may use it.",
      "Take a grant away at once: `gcloud kms keys remove-iam-policy-binding <key> --keyring <ring> --location <region> --member <member> --role <role>`.",
      "The key images: whatever was attested since then may be anybody's; give CI a new version of the key and take the old one off the attestor.",
    ],
  },
  {
    id: "AdmissionChanged",
    title: "Policy on images changed",
    counts: "admission-policy",
    severity: "critical",
    filter: `${activity} AND protoPayload.serviceName="binaryauthorization.googleapis.com" AND protoPayload.methodName=~"[.](UpdatePolicy|(Create|Update|Delete)Attestor|(Create|Replace|Delete)PlatformPolicy|SetIamPolicy)$"`,
    meaning:
      "The list of images that need no attestation, or who may attest, is other than it was: anybody's image may run from now on.",
    steps: [
      "`gcloud container binauthz policy export` and `gcloud container binauthz attestors list` show what holds now; apply cluster and bootstrap again.",
      "Images that started since then: `gcloud logging read 'protoPayload.methodName=\"io.k8s.core.v1.pods.create\"'`; remove pods whose image is no image of this platform.",
    ],
  },
  {
    id: "AdmissionBypassed",
    title: "Image was admitted by break-glass",
    counts: "break-glass",
    severity: "error",
    filter: `${activity} AND resource.type="k8s_cluster" AND protoPayload.request.metadata.labels."image-policy.k8s.io/break-glass"="true"`,
    meaning: "A pod runs whose image nobody attested.",
    steps: ["Ask who did it and why; build and attest the image, deploy it, and remove the pod with the label."],
  },
  {
    id: "PerimeterCrossed",
    title: "Perimeter refused a call, or would have",
    counts: "perimeter",
    severity: "warning",
    filter:
      'log_id("cloudaudit.googleapis.com/policy") AND protoPayload.metadata."@type"="type.googleapis.com/google.cloud.audit.VpcServiceControlAuditMetadata"',
    meaning:
      "Somebody reached for data from outside the perimeter. With `dryRun` in the entry nothing was refused: it is what `enforce` would have stopped.",
    steps: [
      "`violationReason` and `principalEmail` in the entry: who, from where, to which service.",
      "Somebody who may: add a row to `google.perimeter.people`, its regions or its ranges. Anybody else: an incident.",
    ],
  },
];

const always = [
  "Read the entry: who did it, from which address, and what is different.",
  "The environment's apply identity, while a pipeline ran: close the incident with a link to that run.",
  "Anybody else: take it back by applying the layer again, take away the rights of whoever did it, and ask.",
] as const;

/** Alerts on what an intruder does first. */
export const securityAlerts: readonly Alert[] = changes.map(
  ({ id, title, counts, severity, filter, meaning, steps }) => ({
    id,
    title,
    severity,
    counts,
    conditions: [{ kind: "log", title, filter, fields: who }],
    meaning,
    steps: [...always, ...(steps ?? [])],
  }),
);
