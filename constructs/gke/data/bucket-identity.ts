import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import type { Construct } from "constructs";
import { idOf } from "../../kubernetes/names";
import { type KubernetesAccount, WorkloadIdentity } from "../identity/workload-identity";
import type { PrivateBucket } from "../storage/private-bucket";

/** A bucket that an identity may open. */
export interface OpenedBucket {
  /** Name that services ask for it by; part of the grant's address. */
  readonly id: string;
  readonly bucket: PrivateBucket;
  /** `read`: look at objects; `write`: make, replace and remove them too. */
  readonly access: "read" | "write";
}

/** Settings of {@link BucketIdentity}. */
export interface BucketIdentityProps {
  readonly project: string;
  /** Short name of the Google service account, 6 to 30 characters. */
  readonly accountId: string;
  /** What it is for, as shown in the console. */
  readonly displayName: string;
  /** The Kubernetes service accounts whose pods act as it. */
  readonly kubernetes: readonly KubernetesAccount[];
  readonly buckets: readonly OpenedBucket[];
}

/**
 * What an identity may do in a bucket. Clients look at the bucket itself before they write (Barman, Hadoop's connector),
 * and the roles for objects do not hold that; no role lets them change the bucket or who may open it.
 *
 * @see https://cloud.google.com/storage/docs/access-control/iam-roles
 */
const bucketRoles = {
  read: [
    { id: "Bucket", role: "roles/storage.legacyBucketReader" },
    { id: "Objects", role: "roles/storage.objectViewer" },
  ],
  write: [
    { id: "Bucket", role: "roles/storage.legacyBucketReader" },
    { id: "Objects", role: "roles/storage.objectUser" },
  ],
} as const;

/** Identity of a workload that opens exactly its buckets, granted at each bucket and nowhere else. */
export class BucketIdentity extends WorkloadIdentity {
  constructor(scope: Construct, id: string, props: BucketIdentityProps) {
    super(scope, id, props);
    for (const { id: name, bucket, access } of props.buckets) {
      for (const { id: what, role } of bucketRoles[access]) {
        new StorageBucketIamMember(this, `${idOf(name)}${what}`, {
          bucket: bucket.resource.name,
          role,
          member: this.resource.member,
        });
      }
    }
  }
}
