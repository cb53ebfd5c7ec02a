import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import { Construct } from "constructs";
import {
  AlertQueue,
  type AnalyticsDataset,
  GivenIdentity,
  HealingModel,
  PrivateBucket,
  ServiceIdentity,
  Workbench,
  type WorkloadRole,
  workloadRoleName,
} from "../constructs/gke";
import { idOf } from "../constructs/kubernetes/names";
import type { AnalyticsParts } from "./analytics";

/** What learns how to heal, for those that take part. */
export interface Healing {
  readonly model: HealingModel;
  /** Where training reads and models are written. */
  readonly pipeline: PrivateBucket;
  /** Identity that trains. */
  readonly training: GivenIdentity;
}

/** Adds where alerts wait for the DAG that heals, and the table of what it did. */
export function addAlerts(stack: Construct, parts: AnalyticsParts, dataset: AnalyticsDataset): AlertQueue | undefined {
  const { place, analytics, buckets, keys } = parts;
  return (
    analytics.composer &&
    new AlertQueue(stack, "Alerts", {
      ...place,
      dataset,
      // A computed attribute, as a question to Google would keep an offline plan from working.
      projectNumber: buckets.lake.resource.getStringAttribute("project_number"),
      retentionDays: analytics.composer.alertRetentionDays,
      kmsKey: keys.analytics,
    })
  );
}

/**
 * Adds what learns from alerts how to heal: features, an endpoint for a model, the bucket of the pipeline and one identity
 * each for training and for serving.
 *
 * @param zones of the environment; a notebook that names none is in the first
 */
export function addModel(
  stack: Construct,
  parts: AnalyticsParts,
  dataset: AnalyticsDataset,
  zones: readonly string[],
): Healing | undefined {
  const { place, analytics, addresses, keys } = parts;
  const { vertex } = analytics;
  if (!vertex) {
    return undefined;
  }
  const room = new Construct(stack, "Healing");
  const model = new HealingModel(room, "Model", { ...place, dataset, kmsKey: keys.analytics });
  const pipeline = new PrivateBucket(room, "Pipeline", {
    name: addresses.buckets.pipeline,
    location: place.region,
    kmsKey: keys.storage,
  });

  const { project } = place;
  const { accounts } = addresses;
  const role = (identity: Construct, member: string, name: WorkloadRole) =>
    new ProjectIamMember(identity, "Role", { project, role: workloadRoleName(place, name), member });
  const training = new GivenIdentity(room, "Training", { project, accountId: accounts.training });
  const trainingRole = role(training, training.member, "training");
  const serving = new ServiceIdentity(room, "Serving", {
    project,
    accountId: accounts.serving,
    displayName: "Serves the model that heals",
  });
  role(serving, serving.resource.member, "serving");
  new StorageBucketIamMember(training, "WritesPipeline", {
    bucket: pipeline.resource.name,
    role: "roles/storage.objectUser",
    member: training.member,
  });
  new StorageBucketIamMember(serving, "ReadsPipeline", {
    bucket: pipeline.resource.name,
    role: "roles/storage.objectViewer",
    member: serving.resource.member,
  });
  dataset.grant("reader", training.member);

  const notebooks = new Construct(stack, "Workbench");
  for (const { zone, ...notebook } of vertex.workbench) {
    new Workbench(notebooks, idOf(notebook.name), {
      ...notebook,
      ...parts.network,
      project: place.project,
      name: `${place.environment}-${notebook.name}`,
      zone: zone ?? zones[0] ?? `${place.region}-b`,
      serviceAccount: training.email,
      kmsKey: keys.disks,
      dependsOn: [trainingRole],
    });
  }
  return { model, pipeline, training };
}
