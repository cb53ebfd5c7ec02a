import { BigqueryConnection } from "@cdktf/provider-google/lib/bigquery-connection";
import { BigqueryTable } from "@cdktf/provider-google/lib/bigquery-table";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import { Construct } from "constructs";
import { idOf } from "../../kubernetes/names";
import type { PrivateBucket } from "../storage/private-bucket";
import type { AnalyticsDataset } from "./dataset";

/** Settings of a {@link LakeConnection}. */
export interface LakeConnectionProps {
  readonly project: string;
  /** Region of the connection, of the datasets that use it and of the lake. */
  readonly location: string;
  /** Short name of the connection. */
  readonly connectionId: string;
  readonly lake: PrivateBucket;
}

/**
 * What BigQuery reads the lake with: a connection whose own service account may read the bucket, so that who queries a table
 * needs no access to its files.
 *
 * @see https://cloud.google.com/bigquery/docs/biglake-intro
 */
export class LakeConnection extends Construct {
  readonly resource: BigqueryConnection;
  private readonly reader: StorageBucketIamMember;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: LakeConnectionProps,
  ) {
    super(scope, id);
    this.resource = new BigqueryConnection(this, "Resource", {
      project: props.project,
      location: props.location,
      connectionId: props.connectionId,
      description: `Reads ${props.lake.url}`,
      cloudResource: {},
    });
    this.reader = new StorageBucketIamMember(this, "ReadsLake", {
      bucket: props.lake.resource.name,
      role: "roles/storage.objectViewer",
      // Google makes the account together with the connection; its email is no secret.
      member: `serviceAccount:${this.resource.cloudResource.serviceAccountId}`,
    });
  }

  /**
   * Lets BigQuery read an Iceberg table as its metadata file says; a newer file is a change here, or of whoever writes it.
   *
   * @param metadata path of the metadata file within the lake
   * @see https://cloud.google.com/bigquery/docs/iceberg-external-tables
   */
  icebergTable(dataset: AnalyticsDataset, tableId: string, metadata: string): BigqueryTable {
    return new BigqueryTable(this, idOf(`${dataset.datasetId}-${tableId}`), {
      project: this.props.project,
      datasetId: dataset.resource.datasetId,
      tableId,
      externalDataConfiguration: {
        // Iceberg brings its own columns.
        autodetect: false,
        sourceFormat: "ICEBERG",
        sourceUris: [`${this.props.lake.url}/${metadata}`],
        connectionId: this.resource.name,
      },
      // TF-16: the files stay, but queries by name would break.
      deletionProtection: !dataset.allowDestroy,
      lifecycle: { preventDestroy: !dataset.allowDestroy },
      dependsOn: [this.reader],
    });
  }
}
