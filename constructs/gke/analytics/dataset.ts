import { BigqueryDataset, type BigqueryDatasetAccess } from "@cdktf/provider-google/lib/bigquery-dataset";
import { Construct } from "constructs";
import { DeploySettings } from "../../terraform/deploy-settings";
import { PlatformError } from "../../terraform/platform-error";

/** What somebody may do with a dataset: read tables, change them too, or also decide who may. */
export type DatasetRole = "reader" | "writer" | "owner";

/** Somebody who may do something with a dataset. */
export interface DatasetGrant {
  /** As IAM writes it: `group:…`, `user:…` or `serviceAccount:…`; never everybody. */
  readonly member: string;
  readonly role: DatasetRole;
}

/** Settings of an {@link AnalyticsDataset}. */
export interface AnalyticsDatasetProps {
  readonly project: string;
  /** Id without the project: letters, digits and underscores. */
  readonly datasetId: string;
  /** Region or multi-region, such as `europe-west1`. */
  readonly location: string;
  readonly description: string;
  /**
   * Days that a table can be read as it was, 2 to 7.
   *
   * @default 7, as a bad load is often seen on Monday
   */
  readonly timeTravelDays?: number;
  /**
   * Days after which a new table vanishes.
   *
   * @default - never
   */
  readonly tableExpiryDays?: number;
  /**
   * Who may do what, beside the project's owners.
   *
   * @default - nobody
   */
  readonly access?: readonly DatasetGrant[];
  /**
   * Full name of the Cloud KMS key that encrypts new tables; in the dataset's own location.
   *
   * @default - a key that Google keeps
   */
  readonly kmsKey?: string;
  /**
   * Labels beside those of the provider.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Whether a plan may destroy the dataset and its tables.
   *
   * @default - the choice of the environment, see {@link DeploySettings}
   */
  readonly allowDestroy?: boolean;
}

const roles: Readonly<Record<DatasetRole, string>> = {
  // The words that the API answers with; others would show a difference in every plan.
  reader: "READER",
  writer: "WRITER",
  owner: "OWNER",
};

/**
 * A dataset of BigQuery that only those read who are named and the project's owners: its editors and viewers, who have access
 * by default, have none.
 *
 * @see https://cloud.google.com/bigquery/docs/dataset-access-controls
 */
export class AnalyticsDataset extends Construct {
  readonly datasetId: string;
  /** Full id: `<project>.<dataset>`. */
  readonly fullId: string;
  readonly location: string;
  readonly allowDestroy: boolean;
  readonly resource: BigqueryDataset;
  private readonly entries = new Map<string, BigqueryDatasetAccess>();

  constructor(scope: Construct, id: string, props: AnalyticsDatasetProps) {
    super(scope, id);
    this.datasetId = props.datasetId;
    this.fullId = `${props.project}.${props.datasetId}`;
    this.location = props.location;
    this.allowDestroy = props.allowDestroy ?? DeploySettings.of(this).allowDestroy;
    this.resource = new BigqueryDataset(this, "Resource", {
      project: props.project,
      datasetId: props.datasetId,
      location: props.location,
      description: props.description,
      maxTimeTravelHours: String((props.timeTravelDays ?? 7) * 24),
      defaultTableExpirationMs:
        props.tableExpiryDays === undefined ? undefined : props.tableExpiryDays * 24 * 60 * 60 * 1000,
      defaultEncryptionConfiguration: props.kmsKey ? { kmsKeyName: props.kmsKey } : undefined,
      labels: props.labels && Object.keys(props.labels).length > 0 ? { ...props.labels } : undefined,
      deleteContentsOnDestroy: this.allowDestroy,
      // TF-16: tables are data.
      lifecycle: { preventDestroy: !this.allowDestroy },
    });
    // A dataset wants an owner. Who owns the project is one anyhow; the identity that applies needs not read a row.
    this.entries.set("owner", { role: roles.owner, specialGroup: "projectOwners" });
    this.resource.putAccess([...this.entries.values()]);
    for (const { member, role } of props.access ?? []) {
      this.grant(role, member);
    }
  }

  /**
   * Lets somebody read, write or decide. The list of the dataset is complete: who is not in it has no access by the dataset.
   *
   * @throws PlatformError when the member is everybody, or is none that a dataset knows
   */
  grant(role: DatasetRole, member: string): void {
    this.entries.set(`${role} ${member}`, { role: roles[role], ...this.memberOf(member) });
    // One list, as entries by resources of their own would remove each other.
    this.resource.putAccess([...this.entries.values()]);
  }

  private memberOf(member: string): BigqueryDatasetAccess {
    const [kind, email = ""] = member.split(":");
    switch (kind) {
      case "group":
        return { groupByEmail: email };
      case "user":
      case "serviceAccount":
        return { userByEmail: email };
      default:
        // GCP-02: neither everybody nor the project's basic roles.
        throw new PlatformError(
          this,
          `"${member}" cannot have access to a dataset`,
          "name a group, a user or a service account, such as group:data-engineers@example.com",
        );
    }
  }
}
