import { StorageBucket, type StorageBucketLifecycleRule } from "@cdktf/provider-google/lib/storage-bucket";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { DeploySettings } from "../../terraform/deploy-settings";

/** Settings of a {@link PrivateBucket}. */
export interface PrivateBucketProps {
  /** Name, unique in the whole world: it begins with the project. */
  readonly name: string;
  /** Region or multi-region, such as `europe-west1`. */
  readonly location: string;
  /**
   * Days that a replaced or deleted object can be brought back.
   *
   * @default 30
   */
  readonly noncurrentDays?: number;
  /**
   * Number of newer versions that must exist before an old one is removed.
   *
   * @default 1, so that age alone decides
   */
  readonly keepVersions?: number;
  /**
   * Days after which live objects are removed.
   *
   * @default - never
   */
  readonly expireDays?: number;
  /**
   * Days that nobody can remove or replace an object, and whether that can never be taken back or shortened. Such a
   * bucket has no versions: Cloud Storage refuses both together.
   *
   * @default - no such time
   * @see https://cloud.google.com/storage/docs/bucket-lock
   */
  readonly retention?: { readonly days: number; readonly locked: boolean };
  /**
   * Whether replaced and removed objects are kept as versions. Without, only `softDeleteDays` brings them back.
   *
   * @default true, unless there is a `retention`
   */
  readonly versioning?: boolean;
  /**
   * Days that Cloud Storage itself keeps what was removed, versions too, whoever removed it: 7 to 90, or 0 for none.
   *
   * @default 7
   * @see https://cloud.google.com/storage/docs/soft-delete
   */
  readonly softDeleteDays?: number;
  /**
   * Rules for some or all objects, beside those that follow from the other settings.
   *
   * @default - none
   */
  readonly rules?: readonly PrivateBucketRule[];
  /**
   * Classes that objects move to with age: cheaper to keep, dearer to read.
   *
   * @default - none: objects stay in the class of the bucket
   * @see https://cloud.google.com/storage/docs/storage-classes
   */
  readonly colder?: readonly {
    readonly afterDays: number;
    readonly storageClass: "NEARLINE" | "COLDLINE" | "ARCHIVE";
  }[];
  /**
   * Full name of the Cloud KMS key that encrypts new objects.
   *
   * @default - a key that Google keeps
   */
  readonly kmsKey?: string;
  /**
   * Whether a plan may destroy the bucket and its objects.
   *
   * @default - the choice of the environment, see {@link DeploySettings}
   */
  readonly allowDestroy?: boolean;
  /**
   * What must exist first, such as the grant on the key.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** What happens to objects of a bucket with time. */
export interface PrivateBucketRule {
  /** Beginning of the objects' names. @default - all objects */
  readonly prefix?: string;
  /** Days after which live objects are removed. @default - never */
  readonly expireDays?: number;
  /** Days after which earlier versions are removed. @default - that of the bucket */
  readonly noncurrentDays?: number;
  /** Days after which parts of uploads that never ended are removed. @default - that of all buckets */
  readonly abortUploadsDays?: number;
}

/** Days after which parts of an upload that never ended are removed. */
const abortUploadsDays = 7;

/** Seconds of a day. */
const day = 24 * 60 * 60;

/**
 * A bucket that nobody outside the project can read, with old versions kept.
 *
 * @see https://cloud.google.com/storage/docs/best-practices
 */
export class PrivateBucket extends Construct {
  readonly name: string;
  readonly url: string;
  readonly noncurrentDays: number;
  readonly keepVersions: number;
  readonly allowDestroy: boolean;
  readonly resource: StorageBucket;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    this.name = props.name;
    this.url = `gs://${props.name}`;
    this.noncurrentDays = props.noncurrentDays ?? 30;
    this.keepVersions = props.keepVersions ?? 1;
    this.allowDestroy = props.allowDestroy ?? DeploySettings.of(this).allowDestroy;

    this.resource = new StorageBucket(this, "Resource", {
      name: props.name,
      location: props.location,
      // TF-05: access by IAM alone, never public, whatever an object's own list says.
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      // TF-05: an overwritten or deleted object can be brought back, or else there is none.
      versioning: { enabled: props.retention === undefined && (props.versioning ?? true) },
      softDeletePolicy: { retentionDurationSeconds: (props.softDeleteDays ?? 7) * day },
      retentionPolicy: props.retention && {
        retentionPeriod: props.retention.days * day,
        isLocked: props.retention.locked,
      },
      lifecycleRule: this.lifecycleRules(props),
      encryption: props.kmsKey ? { defaultKmsKeyName: props.kmsKey } : undefined,
      // Explicit, as an object left over would make a destroy hang (NET-09) or, the other way, lose data.
      forceDestroy: this.allowDestroy,
      // TF-16: data outlives a plan unless the environment says otherwise.
      lifecycle: { preventDestroy: !this.allowDestroy },
      dependsOn: props.dependsOn ? [...props.dependsOn] : undefined,
    });
  }

  private lifecycleRules(props: PrivateBucketProps): StorageBucketLifecycleRule[] {
    const { expireDays, retention, rules: own = [], colder = [] } = props;
    const oldVersions: StorageBucketLifecycleRule = {
      action: { type: "Delete" },
      condition: {
        daysSinceNoncurrentTime: this.noncurrentDays,
        numNewerVersions: this.keepVersions,
        withState: "ARCHIVED",
      },
    };
    const rules: StorageBucketLifecycleRule[] = [
      // A rule of the bucket's own for all old versions stands in the place of the usual one.
      ...(retention || own.some(({ prefix, noncurrentDays }) => !prefix && noncurrentDays) ? [] : [oldVersions]),
      // Parts of an upload that never ended cost money and can be seen by nobody.
      { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: abortUploadsDays } },
      ...own.flatMap(ownRules),
      ...colder.map(({ afterDays, storageClass }) => ({
        action: { type: "SetStorageClass", storageClass },
        condition: { age: afterDays, withState: "LIVE" },
      })),
    ];
    if (expireDays !== undefined) {
      rules.push({ action: { type: "Delete" }, condition: { age: expireDays, withState: "LIVE" } });
    }
    return rules;
  }
}

function ownRules({ prefix, ...rule }: PrivateBucketRule): readonly StorageBucketLifecycleRule[] {
  const matching = prefix ? { matchesPrefix: [prefix] } : {};
  const found: StorageBucketLifecycleRule[] = [];
  if (rule.expireDays !== undefined) {
    found.push({ action: { type: "Delete" }, condition: { ...matching, age: rule.expireDays, withState: "LIVE" } });
  }
  if (rule.noncurrentDays !== undefined) {
    const condition = { ...matching, daysSinceNoncurrentTime: rule.noncurrentDays, withState: "ARCHIVED" };
    found.push({ action: { type: "Delete" }, condition });
  }
  if (rule.abortUploadsDays !== undefined) {
    found.push({
      action: { type: "AbortIncompleteMultipartUpload" },
      condition: { ...matching, age: rule.abortUploadsDays },
    });
  }
  return found;
}
