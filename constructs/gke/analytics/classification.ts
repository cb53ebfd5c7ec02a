import { BigqueryDatapolicyDataPolicy } from "@cdktf/provider-google/lib/bigquery-datapolicy-data-policy";
import { BigqueryDatapolicyDataPolicyIamMember } from "@cdktf/provider-google/lib/bigquery-datapolicy-data-policy-iam-member";
import { DataCatalogPolicyTag } from "@cdktf/provider-google/lib/data-catalog-policy-tag";
import { DataCatalogPolicyTagIamMember } from "@cdktf/provider-google/lib/data-catalog-policy-tag-iam-member";
import { DataCatalogTaxonomy } from "@cdktf/provider-google/lib/data-catalog-taxonomy";
import { Construct } from "constructs";
import { idOf } from "../../kubernetes/names";
import { DeploySettings } from "../../terraform/deploy-settings";
import { PlatformError } from "../../terraform/platform-error";

/** A tag of columns. */
export interface ClassificationTag {
  readonly name: string;
  /** @default - none */
  readonly description?: string;
  /** Who reads tagged columns as they are, as members of IAM. */
  readonly readers: readonly string[];
  /**
   * Who reads them in another form: a predefined rule, such as `EMAIL_MASK`.
   *
   * @default - nobody: who is no reader gets an error
   */
  readonly masked?: { readonly rule: string; readonly readers: readonly string[] };
}

/** Settings of a {@link Classification}. */
export interface ClassificationProps {
  readonly project: string;
  /** Region of the tables whose columns get tags. */
  readonly region: string;
  /** Environment; display names are unique in an organization. */
  readonly environment: string;
  /** Name of the taxonomy, such as `pii`. */
  readonly name: string;
  /** @default - none */
  readonly description?: string;
  readonly tags: readonly ClassificationTag[];
}

/**
 * Tags of columns that decide who reads them, below the access to a table.
 *
 * @see https://cloud.google.com/bigquery/docs/column-level-security-intro
 */
export class Classification extends Construct {
  readonly resource: DataCatalogTaxonomy;
  private readonly tags = new Map<string, DataCatalogPolicyTag>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ClassificationProps,
  ) {
    super(scope, id);
    const lifecycle = { preventDestroy: !DeploySettings.of(this).allowDestroy };
    this.resource = new DataCatalogTaxonomy(this, "Resource", {
      project: props.project,
      region: props.region,
      displayName: `${props.environment} ${props.name}`,
      description: props.description,
      // Without it tags are words: everybody would read the columns.
      activatedPolicyTypes: ["FINE_GRAINED_ACCESS_CONTROL"],
      lifecycle,
    });
    for (const tag of props.tags) {
      this.addTag(tag, lifecycle);
    }
  }

  /**
   * Full name of a tag, for the schema of a table.
   *
   * @throws PlatformError when there is no such tag
   */
  tagName(name: string): string {
    const tag = this.tags.get(name);
    if (!tag) {
      throw new PlatformError(this, `${this.props.name} has no tag "${name}"`, "add it to the classification");
    }
    return tag.name;
  }

  private addTag({ name, description, readers, masked }: ClassificationTag, lifecycle: { preventDestroy: boolean }) {
    const { project, region, environment } = this.props;
    const id = idOf(name);
    const tag = new DataCatalogPolicyTag(this, id, {
      taxonomy: this.resource.id,
      displayName: name,
      description,
      lifecycle,
    });
    this.tags.set(name, tag);
    for (const member of readers) {
      new DataCatalogPolicyTagIamMember(this, `${id}-${memberId(member)}`, {
        policyTag: tag.name,
        role: "roles/datacatalog.categoryFineGrainedReader",
        member,
      });
    }
    if (!masked) {
      return;
    }
    const policy = new BigqueryDatapolicyDataPolicy(this, `${id}Mask`, {
      project,
      location: region,
      dataPolicyId: [environment, this.props.name, name].join("_").replaceAll("-", "_"),
      policyTag: tag.name,
      dataPolicyType: "DATA_MASKING_POLICY",
      dataMaskingPolicy: { predefinedExpression: masked.rule },
    });
    for (const member of masked.readers) {
      new BigqueryDatapolicyDataPolicyIamMember(this, `${id}Mask-${memberId(member)}`, {
        project,
        location: region,
        dataPolicyId: policy.dataPolicyId,
        role: "roles/bigquerydatapolicy.maskedReader",
        member,
      });
    }
  }
}

/** The member in the id of a grant: taking one away leaves the addresses of the others alone. */
function memberId(member: string): string {
  return member.replace(/[^A-Za-z0-9]+/g, "-");
}
