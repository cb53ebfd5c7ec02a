import { StorageClassV1 } from "@cdktf/provider-kubernetes/lib/storage-class-v1";
import { Construct } from "constructs";

/** Settings of a {@link DiskClass}. */
export interface DiskClassProps {
  /** Name by which claims ask for it. */
  readonly name: string;
  /** Kind of the disks, such as `pd-balanced` or `hyperdisk-balanced`. */
  readonly type: string;
  /**
   * Full name of the Cloud KMS key of the disks (rule GKE-12).
   *
   * @default - a key that Google keeps
   */
  readonly kmsKey?: string;
  /** What becomes of a disk when its claim is removed (rule REL-08). */
  readonly reclaimPolicy: "Retain" | "Delete";
  /**
   * Whether each disk is in two zones, at twice the price.
   *
   * @default false
   */
  readonly regional?: boolean;
}

/**
 * Class of volumes that are disks of Google Cloud. They are made in the zone of the first pod that uses them, and can grow.
 *
 * Its parameters cannot be changed: another class of the same name takes its place, and volumes that are there stay as
 * they are.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/persistent-volumes/using-cmek
 */
export class DiskClass extends Construct {
  readonly resource: StorageClassV1;

  constructor(scope: Construct, id: string, props: DiskClassProps) {
    super(scope, id);
    this.resource = new StorageClassV1(this, "Resource", {
      metadata: {
        name: props.name,
        // Of two default classes the newer one counts, and GKE keeps putting back its own: a claim without a class gets a
        // disk of this one, with its key.
        annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
      },
      storageProvisioner: "pd.csi.storage.gke.io",
      parameters: {
        type: props.type,
        ...(props.kmsKey !== undefined && { "disk-encryption-kms-key": props.kmsKey }),
        ...(props.regional && { "replication-type": "regional-pd" }),
      },
      reclaimPolicy: props.reclaimPolicy,
      allowVolumeExpansion: true,
      // A disk has a zone: only when a pod has got a node it is known which.
      volumeBindingMode: "WaitForFirstConsumer",
    });
  }
}
