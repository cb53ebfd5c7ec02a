import { DataprocMetastoreService } from "@cdktf/provider-google/lib/dataproc-metastore-service";
import { Construct } from "constructs";
import { DeploySettings } from "../../terraform/deploy-settings";

/** Settings of a {@link ManagedMetastore}. */
export interface ManagedMetastoreProps {
  readonly project: string;
  readonly region: string;
  /** Name of 3 to 63 letters, digits and hyphens. */
  readonly name: string;
  /** Version of Hive, such as `3.1.2`. */
  readonly version: string;
  /** Size of its machines, such as `SMALL`. */
  readonly size: string;
  /**
   * Full name of the Cloud KMS key that encrypts its database.
   *
   * @default - a key that Google keeps
   */
  readonly kmsKey?: string;
}

/**
 * A Hive metastore that Google runs. Asked by gRPC, so by Google's API with an identity: nothing listens in the network.
 *
 * @see https://cloud.google.com/dataproc-metastore/docs/endpoint-protocol
 */
export class ManagedMetastore extends Construct {
  readonly resource: DataprocMetastoreService;

  constructor(scope: Construct, id: string, props: ManagedMetastoreProps) {
    super(scope, id);
    const { allowDestroy } = DeploySettings.of(this);
    this.resource = new DataprocMetastoreService(this, "Resource", {
      project: props.project,
      location: props.region,
      serviceId: props.name,
      scalingConfig: { instanceSize: props.size },
      hiveMetastoreConfig: { version: props.version, endpointProtocol: "GRPC" },
      encryptionConfig: props.kmsKey ? { kmsKey: props.kmsKey } : undefined,
      maintenanceWindow: { dayOfWeek: "SUNDAY", hourOfDay: 2 },
      telemetryConfig: { logFormat: "JSON" },
      // TF-16: without its tables' places the files of a warehouse are only files.
      deletionProtection: !allowDestroy,
      lifecycle: { preventDestroy: !allowDestroy },
    });
  }
}
