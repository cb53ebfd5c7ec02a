import { IamWorkloadIdentityPool } from "@cdktf/provider-google/lib/iam-workload-identity-pool";
import { IamWorkloadIdentityPoolProvider } from "@cdktf/provider-google/lib/iam-workload-identity-pool-provider";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

/** Settings of a {@link GithubFederation}. */
export interface GithubFederationProps {
  readonly project: string;
  /** Short name of the pool, 4 to 32 characters and without `gcp-` in front. */
  readonly pool: string;
  /** `<owner>/<name>`. */
  readonly repository: string;
  /** Number of the owner, which no later owner of the same name has. */
  readonly ownerId: string;
  /** Branch whose jobs may change something. */
  readonly branch: string;
  /** GitHub environments whose jobs come in from any branch, also from that of a pull request. */
  readonly anyBranch: readonly string[];
  /** GitHub environments whose jobs come in from {@link branch} alone. */
  readonly branchOnly: readonly string[];
  /**
   * What must exist first, such as the API of IAM.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

const issuer = "https://token.actions.githubusercontent.com";

/**
 * The way of GitHub's jobs into a project, without a key: a job shows the token that GitHub signed for it. GitHub has one
 * issuer for the whole world, so the condition names the repository, its owner and the GitHub environments.
 *
 * A job without a GitHub environment has no such claim and is refused. The subject (`sub`) is not looked at, since its
 * form depends on when the repository was made.
 *
 * @see https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines
 * @see https://docs.github.com/en/actions/reference/security/oidc
 */
export class GithubFederation extends Construct {
  /** Full name of the provider, with the project's number in it: what a job asks for. */
  readonly provider: string;
  private readonly pool: IamWorkloadIdentityPool;

  constructor(scope: Construct, id: string, props: GithubFederationProps) {
    super(scope, id);
    this.pool = new IamWorkloadIdentityPool(this, "Resource", {
      project: props.project,
      workloadIdentityPoolId: props.pool,
      displayName: "GitHub",
      description: `Jobs of ${props.repository}`,
      dependsOn: props.dependsOn ? [...props.dependsOn] : undefined,
    });
    const provider = new IamWorkloadIdentityPoolProvider(this, "Provider", {
      project: props.project,
      workloadIdentityPoolId: this.pool.workloadIdentityPoolId,
      workloadIdentityPoolProviderId: "github",
      displayName: "GitHub",
      oidc: { issuerUri: issuer },
      attributeMapping: {
        // What audit logs show: 127 characters at most, which `sub` may exceed.
        "google.subject": "assertion.repository_id + ':' + assertion.environment + ':' + assertion.run_id",
        "attribute.environment": "assertion.environment",
        "attribute.repository": "assertion.repository",
        "attribute.ref": "assertion.ref",
      },
      attributeCondition: conditionOf(props),
    });
    this.provider = provider.name;
  }

  /** The jobs of one GitHub environment, as a member of IAM grants. */
  jobsOf(environment: string): string {
    return `principalSet://iam.googleapis.com/${this.pool.name}/attribute.environment/${environment}`;
  }
}

function conditionOf({ repository, ownerId, branch, anyBranch, branchOnly }: GithubFederationProps): string {
  const among = (names: readonly string[]) =>
    `assertion.environment in [${names.map((name) => `'${name}'`).join(", ")}]`;
  return [
    `assertion.repository == '${repository}'`,
    `assertion.repository_owner_id == '${ownerId}'`,
    `(${among(anyBranch)} || (${among(branchOnly)} && assertion.ref == 'refs/heads/${branch}'))`,
  ].join(" && ");
}
