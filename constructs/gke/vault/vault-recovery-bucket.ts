import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import { Construct } from "constructs";
import { PrivateBucket } from "../storage/private-bucket";
import type { VaultSealIdentity } from "./vault-seal-identity";

/** Settings of a {@link VaultRecoveryBucket}. */
export interface VaultRecoveryBucketProps {
  /** Name, unique in the whole world: it begins with the project. */
  readonly name: string;
  readonly location: string;
  /** Full name of the Cloud KMS key that encrypts the objects; the storage service agent may use it. */
  readonly kmsKey: string;
  /** Identity of the Vault servers, which write the keys when Vault is made. */
  readonly identity: VaultSealIdentity;
  /**
   * Whether a plan may destroy the bucket and the keys in it.
   *
   * @default - the choice of the environment, see {@link PrivateBucket}
   */
  readonly allowDestroy?: boolean;
}

/**
 * The bucket of Vault's recovery keys, each encrypted by the seal key before it is written. The servers may open it,
 * and who decides who may use the project's buckets can let others in.
 */
export class VaultRecoveryBucket extends Construct {
  readonly name: string;
  readonly bucket: PrivateBucket;

  constructor(scope: Construct, id: string, props: VaultRecoveryBucketProps) {
    super(scope, id);
    this.name = props.name;
    this.bucket = new PrivateBucket(this, "Bucket", {
      name: props.name,
      location: props.location,
      kmsKey: props.kmsKey,
      // VCF-03: keys overwritten by mistake can be brought back for a year.
      noncurrentDays: 365,
      allowDestroy: props.allowDestroy,
    });
    new StorageBucketIamMember(this, "Servers", {
      bucket: this.bucket.resource.name,
      role: "roles/storage.objectUser",
      member: props.identity.member,
    });
  }
}
