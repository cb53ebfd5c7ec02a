import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { PlatformError } from "../terraform/platform-error";
import { serviceAccountEmail } from "./addresses";

/** A role that the project gives to an identity. */
export interface ProjectRole {
  /** Id of the grant below the identity, in PascalCase; part of its address. */
  readonly id: string;
  /** Predefined role, such as `roles/storage.objectUser`. */
  readonly role: string;
  /**
   * For a role that lets its holder give roles to others: the only ones that it may give or take away.
   *
   * @default - no condition
   */
  readonly mayGrantOnly?: readonly string[];
}

/** Settings of a {@link ServiceIdentity}. */
export interface ServiceIdentityProps {
  readonly project: string;
  /** Short name, 6 to 30 characters. */
  readonly accountId: string;
  /** What it is for, as shown in the console. */
  readonly displayName: string;
  /**
   * Roles on the whole project. Basic roles (owner, editor, viewer) are refused.
   *
   * @default - none
   */
  readonly projectRoles?: readonly ProjectRole[];
  /**
   * What must exist first.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

const basicRoles = ["roles/owner", "roles/editor", "roles/viewer"];

/** A Google service account with the roles it needs and no key: whoever uses it gets short-lived tokens. */
export class ServiceIdentity extends Construct {
  /** Email, computed from its name. */
  readonly email: string;
  /** The email as a member of IAM grants. */
  readonly member: string;
  readonly resource: ServiceAccount;
  /** The grants; what runs under this identity has to wait for them. */
  readonly grants: readonly ProjectIamMember[];

  constructor(scope: Construct, id: string, props: ServiceIdentityProps) {
    super(scope, id);
    this.email = serviceAccountEmail(props.project, props.accountId);
    this.member = `serviceAccount:${this.email}`;
    this.resource = new ServiceAccount(this, "Resource", {
      project: props.project,
      accountId: props.accountId,
      displayName: props.displayName,
      dependsOn: props.dependsOn ? [...props.dependsOn] : undefined,
    });
    this.grants = (props.projectRoles ?? []).map(({ id: grantId, role, mayGrantOnly }) => {
      if (basicRoles.includes(role)) {
        // GKE-06: basic roles reach every resource of the project.
        throw new PlatformError(this, `"${role}" is a basic role`, "name the predefined roles that are needed");
      }
      return new ProjectIamMember(this, grantId, {
        project: props.project,
        role,
        member: this.resource.member,
        condition: mayGrantOnly ? grantsOnly(mayGrantOnly) : undefined,
      });
    });
  }
}

/** @see https://cloud.google.com/iam/docs/setting-limits-on-granting-roles */
function grantsOnly(roles: readonly string[]) {
  const list = roles.map((role) => `'${role}'`).join(", ");
  return {
    title: "named roles only",
    expression: `api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([${list}])`,
  };
}
