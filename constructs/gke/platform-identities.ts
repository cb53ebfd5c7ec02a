import { KmsCryptoKeyIamMember } from "@cdktf/provider-google/lib/kms-crypto-key-iam-member";
import { ProjectIamCustomRole } from "@cdktf/provider-google/lib/project-iam-custom-role";
import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { type ProjectRole, ServiceIdentity } from "./service-identity";

/** Settings of {@link PlanIdentity}, and those that {@link ApplyIdentity} shares with it. */
export interface PlatformIdentityProps {
  readonly project: string;
  /** Short name, 6 to 30 characters. */
  readonly accountId: string;
  /**
   * Who may act as the identity, as members of IAM grants: `group:platform@example.com`.
   *
   * @default - nobody, until it is granted by hand
   */
  readonly operators?: readonly string[];
  /**
   * Whether stored secrets are in Google's Secret Manager.
   *
   * @default false
   */
  readonly secretManager?: boolean;
  /**
   * What must exist first, such as the API of IAM.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** Settings of an {@link ApplyIdentity}. */
export interface ApplyIdentityProps extends PlatformIdentityProps {
  /** The key whose users the cluster layer decides: the one that seals Vault. */
  readonly sealKey: string;
}

/** What the layers network, cluster and analytics make, and no more; keys and APIs belong to the bootstrap layer. */
const applyRoles: readonly ProjectRole[] = [
  { id: "Networks", role: "roles/compute.networkAdmin" },
  { id: "Firewalls", role: "roles/compute.securityAdmin" },
  { id: "Clusters", role: "roles/container.admin" },
  { id: "ServiceAccounts", role: "roles/iam.serviceAccountAdmin" },
  { id: "ActAsNodes", role: "roles/iam.serviceAccountUser" },
  {
    id: "ProjectRoles",
    role: "roles/resourcemanager.projectIamAdmin",
    // GKE-06: whoever may give any role is an owner by another name.
    mayGrantOnly: ["roles/container.defaultNodeServiceAccount"],
  },
  { id: "PrivateServices", role: "roles/servicenetworking.networksAdmin" },
  { id: "Connectors", role: "roles/vpcaccess.admin" },
  { id: "Topics", role: "roles/pubsub.editor" },
  { id: "Buckets", role: "roles/storage.admin" },
  { id: "Datasets", role: "roles/bigquery.dataOwner" },
];

const planRoles: readonly ProjectRole[] = [
  { id: "Networks", role: "roles/compute.viewer" },
  { id: "Clusters", role: "roles/container.viewer" },
  { id: "Policies", role: "roles/iam.securityReviewer" },
  { id: "Connectors", role: "roles/vpcaccess.viewer" },
  { id: "Topics", role: "roles/pubsub.viewer" },
  { id: "Keys", role: "roles/cloudkms.viewer" },
  { id: "Datasets", role: "roles/bigquery.metadataViewer" },
];

/** Writing a secret and choosing its readers; reading a value (`versions.access`) is none of it. */
const secretPermissions = [
  ...["create", "delete", "get", "getIamPolicy", "list", "setIamPolicy", "update"].map((verb) => `secrets.${verb}`),
  ...["add", "destroy", "disable", "enable", "get", "list"].map((verb) => `versions.${verb}`),
].map((permission) => `secretmanager.${permission}`);

/** The identity that applies the stacks of an environment; people and CI act as it with short-lived tokens. */
export class ApplyIdentity extends ServiceIdentity {
  constructor(scope: Construct, id: string, props: ApplyIdentityProps) {
    super(scope, id, { ...props, displayName: "Terralake: applies stacks", projectRoles: applyRoles });
    allowOperators(this, props.operators ?? []);

    // The ready-made role that may change a key's users may destroy the key as well; this one may not.
    const keyUsers = new ProjectIamCustomRole(this, "KeyUsersRole", {
      project: props.project,
      roleId: `${props.accountId.replaceAll("-", "_")}_key_users`,
      title: "Terralake: decides who may use a key",
      permissions: ["cloudkms.cryptoKeys.get", "cloudkms.cryptoKeys.getIamPolicy", "cloudkms.cryptoKeys.setIamPolicy"],
    });
    new KmsCryptoKeyIamMember(this, "SealKeyUsers", {
      cryptoKeyId: props.sealKey,
      role: keyUsers.name,
      member: this.resource.member,
    });
    if (props.secretManager) {
      this.allowSecrets(props);
    }
  }

  private allowSecrets({ project, accountId }: ApplyIdentityProps): void {
    // The ready-made role that may write secrets may read them as well; this one may not.
    const role = new ProjectIamCustomRole(this, "SecretsRole", {
      project,
      roleId: `${accountId.replaceAll("-", "_")}_secrets`,
      title: "Terralake: writes secrets",
      permissions: secretPermissions,
    });
    new ProjectIamMember(this, "Secrets", { project, role: role.name, member: this.resource.member });
  }
}

/** The identity that plans in pull requests; it reads, and changes nothing. */
export class PlanIdentity extends ServiceIdentity {
  constructor(scope: Construct, id: string, props: PlatformIdentityProps) {
    const roles = [
      ...planRoles,
      ...(props.secretManager ? [{ id: "Secrets", role: "roles/secretmanager.viewer" }] : []),
    ];
    super(scope, id, { ...props, displayName: "Terralake: plans stacks", projectRoles: roles });
    allowOperators(this, props.operators ?? []);
  }
}

/** One grant per operator, with the member in its id: taking one away leaves the addresses of the others alone. */
function allowOperators(identity: ServiceIdentity, operators: readonly string[]): void {
  for (const member of operators) {
    new ServiceAccountIamMember(identity, `Operator-${member.replace(/[^A-Za-z0-9]+/g, "-")}`, {
      serviceAccountId: identity.resource.name,
      role: "roles/iam.serviceAccountTokenCreator",
      member,
    });
  }
}
