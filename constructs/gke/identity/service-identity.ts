import type { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { DeploySettings } from "../../terraform/deploy-settings";
import { serviceAccountEmail } from "../addresses";
import { grantProjectRoles, type ProjectRole } from "./project-roles";

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

/** A Google service account with the roles it needs and no key: whoever uses it gets short-lived tokens. */
export class ServiceIdentity extends Construct {
  /** Email, computed from its name. */
  readonly email: string;
  /**
   * The email as a member of grants, read from the account: Google refuses a grant to one that is not there yet (GCP-07).
   */
  readonly member: string;
  readonly resource: ServiceAccount;
  /** The grants; what runs under this identity has to wait for them. */
  readonly grants: readonly ProjectIamMember[];

  constructor(scope: Construct, id: string, props: ServiceIdentityProps) {
    super(scope, id);
    this.email = serviceAccountEmail(props.project, props.accountId);
    this.resource = new ServiceAccount(this, "Resource", {
      project: props.project,
      accountId: props.accountId,
      displayName: props.displayName,
      dependsOn: props.dependsOn ? [...props.dependsOn] : undefined,
      // TF-16: an account that is made again under its name is another one, and has lost what it was granted.
      lifecycle: { preventDestroy: !DeploySettings.of(this).allowDestroy },
    });
    this.member = `serviceAccount:${this.resource.email}`;
    const { member } = this.resource;
    this.grants = grantProjectRoles(this, { project: props.project, member }, props.projectRoles);
  }
}
