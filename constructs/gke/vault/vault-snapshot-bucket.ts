import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { DeploySettings } from "../../terraform/deploy-settings";
import { type KubernetesAccount, WorkloadIdentity } from "../identity/workload-identity";
import { PrivateBucket } from "../storage/private-bucket";

/** Settings of a {@link VaultSnapshotBucket}. */
export interface VaultSnapshotBucketProps {
  readonly project: string;
  /** Name, unique in the whole world: it begins with the project. */
  readonly name: string;
  readonly location: string;
  /** Full name of the Cloud KMS key that encrypts the snapshots; the storage service agent may use it. */
  readonly kmsKey: string;
  /** Short name of the Google service account that uploads, 6 to 30 characters. */
  readonly accountId: string;
  /** The Kubernetes service account that uploads. */
  readonly kubernetes: KubernetesAccount;
  /** Days that nobody can remove a snapshot, where data is kept at all. */
  readonly keepDays: number;
  /** Whether `keepDays` can never be shortened again, and the bucket not be removed before its last snapshot is that old. */
  readonly locked: boolean;
  /** The cluster: the project's workload pool exists only once a cluster asked for it. */
  readonly cluster: ITerraformDependable;
}

/** Snapshots are removed after so many times the days that they are kept: uploads may fail unseen for a while. */
const grace = 3;

/**
 * The bucket of Vault's snapshots, and the identity that may put them there and neither read, replace nor remove them: who
 * takes over the cluster cannot take the snapshots away (rule VLT-14).
 */
export class VaultSnapshotBucket extends Construct {
  readonly name: string;
  readonly bucket: PrivateBucket;
  readonly identity: WorkloadIdentity;

  constructor(scope: Construct, id: string, props: VaultSnapshotBucketProps) {
    super(scope, id);
    this.name = props.name;
    // A plan that may destroy the bucket could not empty it within that time.
    const kept = !DeploySettings.of(this).allowDestroy;
    this.bucket = new PrivateBucket(this, "Bucket", {
      name: props.name,
      location: props.location,
      kmsKey: props.kmsKey,
      retention: kept ? { days: props.keepDays, locked: props.locked } : undefined,
      expireDays: props.keepDays * grace,
    });
    this.identity = new WorkloadIdentity(this, "Identity", {
      project: props.project,
      accountId: props.accountId,
      displayName: "Vault snapshots: uploads them",
      kubernetes: [props.kubernetes],
      cluster: props.cluster,
    });
    new StorageBucketIamMember(this, "Uploader", {
      bucket: this.bucket.resource.name,
      // May create objects; without the rights to read and delete it cannot replace one either.
      role: "roles/storage.objectCreator",
      member: this.identity.resource.member,
    });
  }
}
