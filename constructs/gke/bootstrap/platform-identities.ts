import { ProjectIamCustomRole } from "@cdktf/provider-google/lib/project-iam-custom-role";
import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { ServiceIdentity } from "../identity/service-identity";
import { applyRoles } from "./apply-roles";
import { imagesRoles } from "./images-roles";
import { planRoles } from "./plan-roles";
import type { PlatformRole } from "./platform-roles";

/** What all identities of the platform are made of. */
export interface PlatformIdentityProps {
  readonly project: string;
  /** Short name, 6 to 30 characters. */
  readonly accountId: string;
  /**
   * People who may act as the identity, as members of IAM grants: `group:platform@example.com`.
   *
   * @default - nobody, until it is granted by hand
   */
  readonly operators?: readonly string[];
  /**
   * Jobs outside Google Cloud that may act as the identity, as one member `principalSet://…`.
   *
   * @default - none
   */
  readonly jobs?: string;
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
  /** Whether a plan may destroy data. */
  readonly allowDestroy: boolean;
  /**
   * Full names of roles of our own that it may give to workloads, beside those of Google that it may give anyhow.
   *
   * @default - none
   */
  readonly grantable?: readonly string[];
}

/** An identity that no key opens: people and jobs act as it with short-lived tokens. */
abstract class PlatformIdentity extends ServiceIdentity {
  constructor(
    scope: Construct,
    id: string,
    props: PlatformIdentityProps & { readonly displayName: string; readonly allowDestroy?: boolean },
    table: readonly PlatformRole[],
  ) {
    const rows = table.filter(
      ({ forSecretManager, forDestroy }) =>
        (!forSecretManager || props.secretManager) && (!forDestroy || props.allowDestroy),
    );
    const readyMade = rows.flatMap((row) => ("role" in row ? [row] : []));
    super(scope, id, { ...props, projectRoles: readyMade });
    for (const row of rows) {
      if ("permissions" in row) {
        const role = this.ownRole(props, `${row.id}Role`, row.reason, row.permissions);
        new ProjectIamMember(this, row.id, { project: props.project, role: role.name, member: this.resource.member });
      }
    }
    // One grant per operator, with the member in its id: taking one away leaves the addresses of the others alone.
    for (const member of props.operators ?? []) {
      this.mayActAs(
        `Operator-${member.replace(/[^A-Za-z0-9]+/g, "-")}`,
        "roles/iam.serviceAccountTokenCreator",
        member,
      );
    }
    if (props.jobs) {
      this.mayActAs("Jobs", "roles/iam.workloadIdentityUser", props.jobs);
    }
  }

  /** A role that this identity alone has. Its name has the identity in it, as roles are the project's. */
  private ownRole(
    { project, accountId, dependsOn }: PlatformIdentityProps,
    id: string,
    reason: string,
    permissions: readonly string[],
  ): ProjectIamCustomRole {
    const purpose = id
      .replace(/Role$/, "")
      .replace(/(?<=[a-z])(?=[A-Z])/g, "_")
      .toLowerCase();
    return new ProjectIamCustomRole(this, id, {
      project,
      roleId: `${accountId.replaceAll("-", "_")}_${purpose}`,
      title: `Terralake ${accountId}: ${purpose.replaceAll("_", " ")}`,
      description: reason,
      permissions: [...permissions],
      dependsOn: dependsOn ? [...dependsOn] : undefined,
    });
  }

  private mayActAs(id: string, role: string, member: string): void {
    new ServiceAccountIamMember(this, id, { serviceAccountId: this.resource.name, role, member });
  }
}

/** The identity that applies the stacks of an environment. */
export class ApplyIdentity extends PlatformIdentity {
  constructor(scope: Construct, id: string, props: ApplyIdentityProps) {
    super(scope, id, { ...props, displayName: "Terralake: applies stacks" }, withGrantable(props.grantable));
  }
}

/** The identity that plans in pull requests; it reads, and changes nothing. */
export class PlanIdentity extends PlatformIdentity {
  constructor(scope: Construct, id: string, props: PlatformIdentityProps) {
    super(scope, id, { ...props, displayName: "Terralake: plans stacks" }, planRoles);
  }
}

/** The identity that publishes images and attests where they come from; it changes no stack. */
export class ImagesIdentity extends PlatformIdentity {
  constructor(scope: Construct, id: string, props: PlatformIdentityProps) {
    super(scope, id, { ...props, displayName: "Terralake: publishes images" }, imagesRoles);
  }
}

/** What the apply identity may do, where it may also give roles of our own. */
function withGrantable(own: readonly string[] = []): readonly PlatformRole[] {
  return applyRoles.map((row) =>
    "role" in row && row.mayGrantOnly ? { ...row, mayGrantOnly: [...row.mayGrantOnly, ...own] } : row,
  );
}
