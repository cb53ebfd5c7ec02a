import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { PrivateBucket } from "../storage/private-bucket";

/** Settings of a {@link StateBucket}. */
export interface StateBucketProps {
  /** Name, unique in the whole world; the back end of every stack of the environment names it. */
  readonly name: string;
  readonly location: string;
  /** Full name of the Cloud KMS key that encrypts the states. */
  readonly kmsKey: string;
  /**
   * What must exist first, such as the grant on the key.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** The bucket that holds the Terraform states of an environment; no plan can destroy it, in no environment. */
export class StateBucket extends Construct {
  readonly name: string;
  readonly bucket: PrivateBucket;

  constructor(scope: Construct, id: string, props: StateBucketProps) {
    super(scope, id);
    this.name = props.name;
    this.bucket = new PrivateBucket(this, "Bucket", {
      name: props.name,
      location: props.location,
      kmsKey: props.kmsKey,
      // TF-05: retention by versions; a bucket's retention policy would keep Terraform from removing its lock object.
      noncurrentDays: 90,
      keepVersions: 30,
      allowDestroy: false,
      dependsOn: props.dependsOn,
    });
  }

  /**
   * Lets an identity read all states, or read and write them. A lock is an object too, so who may only read plans with
   * `-lock=false`.
   */
  grant(id: string, access: "read" | "write", member: string): void {
    new StorageBucketIamMember(this, id, {
      bucket: this.bucket.resource.name,
      role: access === "write" ? "roles/storage.objectUser" : "roles/storage.objectViewer",
      member,
    });
  }
}
