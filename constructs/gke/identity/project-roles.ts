import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import type { Construct } from "constructs";
import { PlatformError } from "../../terraform/platform-error";

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

const basicRoles = ["roles/owner", "roles/editor", "roles/viewer"];

/**
 * Gives roles on the whole project to an identity.
 *
 * @throws PlatformError for a basic role
 */
export function grantProjectRoles(
  identity: Construct,
  to: { readonly project: string; readonly member: string },
  roles: readonly ProjectRole[] = [],
): readonly ProjectIamMember[] {
  return roles.map(({ id, role, mayGrantOnly }) => {
    if (basicRoles.includes(role)) {
      // GKE-06: basic roles reach every resource of the project.
      throw new PlatformError(identity, `"${role}" is a basic role`, "name the predefined roles that are needed");
    }
    return new ProjectIamMember(identity, id, {
      ...to,
      role,
      condition: mayGrantOnly ? grantsOnly(mayGrantOnly) : undefined,
    });
  });
}

/** @see https://cloud.google.com/iam/docs/setting-limits-on-granting-roles */
function grantsOnly(roles: readonly string[]) {
  const list = roles.map((role) => `'${role}'`).join(", ");
  return {
    title: "named roles only",
    expression: `api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([${list}])`,
  };
}
