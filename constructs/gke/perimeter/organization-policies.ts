import { OrgPolicyPolicy } from "@cdktf/provider-google/lib/org-policy-policy";
import { Construct } from "constructs";
import { PlatformError } from "../../terraform/platform-error";

/** How far a policy goes. */
export type PolicyMode = "enforce" | "dry-run" | "off";

/** What a policy says: a switch, or lists of values. */
type Rule =
  | { readonly enforce: true }
  | { readonly denyAll: true }
  | { readonly allow: readonly string[] }
  | { readonly deny: readonly string[] };

/** A constraint of the organization on the project. */
export interface PolicyRow {
  /** Such as `compute.requireShieldedVm`. */
  readonly constraint: string;
  readonly rule: Rule;
  readonly reason: string;
  /** Whether Google can only write down what it would have refused: managed constraints and a few others. @default false */
  readonly dryRun?: true;
}

/** What the rows depend on. */
export interface PolicyFacts {
  readonly region: string;
  /** Number of the organization, whose people, accounts, pools and service agents alone may be given roles. */
  readonly organization: string;
  /** Directories of others whose people may be given roles as well, by customer id. @default none */
  readonly directories?: readonly string[];
  /** Whether Google's services must use keys of our own. */
  readonly ownKeys: boolean;
}

/**
 * Services of which every stack makes all it makes with keys of its own, wherever keys are asked for (PER-03). Not among them:
 * `compute`, of which volumes of GKE's own storage classes and the machines of the VPC connector have Google's keys;
 * `logging`, whose buckets _Default and _Required are Google's; `secretmanager`, since External Secrets and Composer bring
 * secrets of people, who choose how they are kept.
 *
 * @see https://cloud.google.com/kms/docs/cmek-org-policy
 */
export const encryptedServices = [
  "artifactregistry.googleapis.com",
  "bigquery.googleapis.com",
  "composer.googleapis.com",
  "container.googleapis.com",
  "pubsub.googleapis.com",
  "sqladmin.googleapis.com",
  "storage.googleapis.com",
];

/**
 * What nobody may do in the project, whatever role they have.
 *
 * @see https://cloud.google.com/resource-manager/docs/organization-policy/org-policy-constraints
 */
export function organizationPolicies({
  region,
  organization,
  directories = [],
  ownKeys,
}: PolicyFacts): readonly PolicyRow[] {
  const on = { enforce: true } as const;
  return [
    {
      constraint: "iam.managed.disableServiceAccountKeyCreation",
      rule: on,
      reason: "a key is a password that does not end; pods and CI have tokens",
      dryRun: true,
    },
    {
      constraint: "iam.managed.disableServiceAccountKeyUpload",
      rule: on,
      reason: "a key made elsewhere is one as well",
      dryRun: true,
    },
    {
      constraint: "iam.automaticIamGrantsForDefaultServiceAccounts",
      rule: on,
      reason: "default service accounts would be editors of the whole project",
    },
    { constraint: "compute.requireShieldedVm", rule: on, reason: "nodes prove what they booted (GKE-08)" },
    {
      constraint: "compute.requireOsLogin",
      rule: on,
      reason: "who logs in to a machine is decided by IAM, not by keys in metadata",
    },
    { constraint: "compute.disableSerialPortAccess", rule: on, reason: "a serial port is a way in past the firewall" },
    {
      constraint: "compute.vmExternalIpAccess",
      rule: { denyAll: true },
      reason: "nodes are private (GKE-01); the way out is the NAT",
    },
    {
      constraint: "compute.skipDefaultNetworkCreation",
      rule: on,
      reason: "the default network opens SSH to the world",
    },
    { constraint: "storage.uniformBucketLevelAccess", rule: on, reason: "who reads a bucket is in one place" },
    { constraint: "storage.publicAccessPrevention", rule: on, reason: "no bucket is for everybody" },
    { constraint: "sql.restrictPublicIp", rule: on, reason: "databases have addresses of the network only" },
    {
      constraint: "sql.restrictAuthorizedNetworks",
      rule: on,
      reason: "no range of the internet is let in to a database",
    },
    {
      constraint: "gcp.resourceLocations",
      rule: { allow: [`in:${region}-locations`] },
      reason: "data stays in the region of the environment",
    },
    {
      constraint: "gcp.restrictTLSVersion",
      rule: { deny: ["TLS_VERSION_1", "TLS_VERSION_1_1"] },
      reason: "older versions of TLS are broken",
      dryRun: true,
    },
    ...(ownKeys
      ? [
          {
            constraint: "gcp.restrictNonCmekServices",
            rule: { deny: encryptedServices },
            reason: "what a stack forgot to encrypt with our key cannot be made",
          },
        ]
      : []),
    {
      constraint: "iam.allowedPolicyMemberDomains",
      // Its people, the accounts and workload pools of its projects, and the service agents of what they contain.
      rule: { allow: [`is:principalSet://iam.googleapis.com/organizations/${organization}`, ...directories] },
      reason: "roles are for people and accounts of the organization",
    },
  ];
}

/** Settings of {@link OrganizationPolicies}. */
export interface OrganizationPoliciesProps extends PolicyFacts {
  readonly project: string;
  /** Policies that go another way than `enforce`, by constraint. @default none */
  readonly modes?: Readonly<Record<string, PolicyMode>>;
}

/** Policies of the organization on one project. */
export class OrganizationPolicies extends Construct {
  readonly resources: readonly OrgPolicyPolicy[];

  constructor(scope: Construct, id: string, { project, modes = {}, ...facts }: OrganizationPoliciesProps) {
    super(scope, id);
    const rows = organizationPolicies(facts);
    for (const [constraint, mode] of Object.entries(modes)) {
      const row = rows.find((candidate) => candidate.constraint === constraint);
      if (!row) {
        throw new PlatformError(
          this,
          `google.perimeter.policies names ${constraint}, which is no policy of this project`,
          `use one of ${rows.map((known) => known.constraint).join(", ")}`,
        );
      }
      if (mode === "dry-run" && !row.dryRun) {
        throw new PlatformError(
          this,
          `google.perimeter.policies has ${constraint} in dry-run, which Google offers for managed constraints only`,
          "use enforce or off",
        );
      }
    }
    this.resources = rows.flatMap(({ constraint, rule }) => {
      const mode = modes[constraint] ?? "enforce";
      if (mode === "off") {
        return [];
      }
      const spec = { rules: [ruleOf(rule)] };
      return new OrgPolicyPolicy(this, idOfConstraint(constraint), {
        name: `projects/${project}/policies/${constraint}`,
        parent: `projects/${project}`,
        ...(mode === "dry-run" ? { dryRunSpec: spec } : { spec }),
      });
    });
  }
}

function ruleOf(rule: Rule) {
  if ("enforce" in rule) {
    return { enforce: "TRUE" };
  }
  if ("denyAll" in rule) {
    return { denyAll: "TRUE" };
  }
  return { values: "allow" in rule ? { allowedValues: [...rule.allow] } : { deniedValues: [...rule.deny] } };
}

/** `compute.requireShieldedVm` becomes `ComputeRequireShieldedVm`. */
function idOfConstraint(constraint: string): string {
  return constraint
    .split(".")
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");
}
