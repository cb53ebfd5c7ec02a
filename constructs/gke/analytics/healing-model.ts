import { createHash } from "node:crypto";
import { VertexAiEndpoint } from "@cdktf/provider-google/lib/vertex-ai-endpoint";
import { VertexAiFeatureGroup } from "@cdktf/provider-google/lib/vertex-ai-feature-group";
import { Construct } from "constructs";
import { gcpName } from "../names";
import { ClassifiedTable } from "./classified-table";
import type { AnalyticsDataset } from "./dataset";

/** Settings of a {@link HealingModel}. */
export interface HealingModelProps {
  readonly project: string;
  readonly region: string;
  /** Environment; the first part of all names. */
  readonly environment: string;
  /** Dataset of what is known of alerts. */
  readonly dataset: AnalyticsDataset;
  /**
   * Full name of the Cloud KMS key that encrypts models and what is deployed.
   *
   * @default - a key that Google keeps
   */
  readonly kmsKey?: string;
}

/** Columns of what a model learns from: one row for each thing that was measured when something alerted. */
const features = [
  { name: "entity_id", type: "STRING", required: true, description: "what alerted, such as a service" },
  { name: "feature_timestamp", type: "TIMESTAMP", required: true, description: "when it was measured" },
  { name: "policy", type: "STRING", description: "name of the alert policy" },
  { name: "observed_value", type: "FLOAT64", description: "what was measured" },
  { name: "threshold_value", type: "FLOAT64", description: "what would have been too much" },
  { name: "restarts", type: "INT64", description: "restarts in the hour before" },
] as const;

/**
 * Where a model that heals lives: the features it learns from, and an endpoint inside the network. Models come and go by
 * training; none is a part of the stack.
 *
 * @see https://cloud.google.com/vertex-ai/docs/predictions/private-service-connect
 */
export class HealingModel extends Construct {
  readonly endpoint: VertexAiEndpoint;
  /** `projects/<project>/locations/<region>/endpoints/<number>` */
  readonly endpointName: string;
  readonly features: ClassifiedTable;
  readonly featureGroup: VertexAiFeatureGroup;

  constructor(scope: Construct, id: string, props: HealingModelProps) {
    super(scope, id);
    const { project, region, environment, dataset } = props;
    this.features = new ClassifiedTable(this, "Features", {
      project,
      dataset,
      tableId: "features",
      description: "What a model learns from",
      columns: features,
      partitionBy: "feature_timestamp",
      clusterBy: ["entity_id"],
    });
    this.featureGroup = new VertexAiFeatureGroup(this, "FeatureGroup", {
      project,
      region,
      name: gcpName(this, "feature-group", environment, "alerts"),
      description: "What was measured when something alerted",
      bigQuery: {
        bigQuerySource: { inputUri: `bq://${this.features.fullId}` },
        entityIdColumns: ["entity_id"],
      },
      dependsOn: [this.features.resource],
    });
    const number = endpointNumber(project, environment);
    this.endpointName = `projects/${project}/locations/${region}/endpoints/${number}`;
    this.endpoint = new VertexAiEndpoint(this, "Endpoint", {
      project,
      region,
      location: region,
      name: number,
      displayName: `${environment}-healing`,
      description: "Answers what to do about an alert",
      encryptionSpec: props.kmsKey ? { kmsKeyName: props.kmsKey } : undefined,
      // GCP-04: reached by an address of the network alone.
      privateServiceConnectConfig: { enablePrivateServiceConnect: true, projectAllowlist: [project] },
    });
  }
}

/** Vertex AI wants a number of 10 digits at most; this one is the same in every synthesis. */
function endpointNumber(project: string, environment: string): string {
  const digest = createHash("sha256").update(`${project}/${environment}/healing`).digest();
  return String(1_000_000_000 + (digest.readUInt32BE(0) % 1_000_000_000));
}
