import type { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { Construct } from "constructs";
import { serviceAccountEmail } from "../addresses";
import { grantProjectRoles, type ProjectRole } from "./project-roles";

/** Settings of a {@link GivenIdentity}. */
export interface GivenIdentityProps {
  readonly project: string;
  /** Short name, 6 to 30 characters. */
  readonly accountId: string;
  /**
   * Roles on the whole project. Basic roles (owner, editor, viewer) are refused.
   *
   * @default - none
   */
  readonly projectRoles?: readonly ProjectRole[];
}

/** A Google service account that the bootstrap layer has made, by its computed name. */
export class GivenIdentity extends Construct {
  readonly email: string;
  /** The email as a member of IAM grants. */
  readonly member: string;
  /** `projects/<project>/serviceAccounts/<email>` */
  readonly accountName: string;
  /** The grants; what runs under this identity has to wait for them. */
  readonly grants: readonly ProjectIamMember[];

  constructor(scope: Construct, id: string, { project, accountId, projectRoles }: GivenIdentityProps) {
    super(scope, id);
    this.email = serviceAccountEmail(project, accountId);
    this.member = `serviceAccount:${this.email}`;
    this.accountName = `projects/${project}/serviceAccounts/${this.email}`;
    this.grants = grantProjectRoles(this, { project, member: this.member }, projectRoles);
  }
}
