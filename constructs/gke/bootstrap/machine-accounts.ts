import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ServiceIdentity } from "../identity/service-identity";

/** An identity that machines of a later layer run as. */
export interface MachineAccount {
  /** Id of the account below {@link MachineAccounts}, in PascalCase; part of its address. */
  readonly id: string;
  /** Short name, 6 to 30 characters. */
  readonly accountId: string;
  readonly displayName: string;
}

/** Settings of {@link MachineAccounts}. */
export interface MachineAccountsProps {
  readonly project: string;
  readonly accounts: readonly MachineAccount[];
  /** Who starts what runs as them, as a member of IAM grants. */
  readonly startedBy: string;
  /**
   * What must exist first, such as the API of IAM.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * The identities that machines run as, and who may start machines with them. Made before their layers, so that nobody may
 * start machines as any identity of the project (IAM-02): neither as the default account nor as one that signs.
 *
 * @see https://cloud.google.com/iam/docs/service-account-permissions#user-role
 */
export class MachineAccounts extends Construct {
  constructor(scope: Construct, id: string, { project, accounts, startedBy, dependsOn }: MachineAccountsProps) {
    super(scope, id);
    for (const account of accounts) {
      const identity = new ServiceIdentity(this, account.id, {
        project,
        accountId: account.accountId,
        displayName: account.displayName,
        dependsOn,
      });
      new ServiceAccountIamMember(identity, "Starter", {
        serviceAccountId: identity.resource.name,
        role: "roles/iam.serviceAccountUser",
        member: startedBy,
      });
    }
  }
}
