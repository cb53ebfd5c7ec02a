import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import { StorageBucketObject } from "@cdktf/provider-google/lib/storage-bucket-object";
import { AssetType, type ITerraformDependable, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import {
  type AlertQueue,
  bootstrapAddresses,
  Composer,
  ComposerSecrets,
  GivenIdentity,
  PrivateBucket,
  wiredConnections,
  wiredVariables,
  workloadRoleName,
} from "../constructs/gke";
import { idOf } from "../constructs/kubernetes/names";
import type { AnalyticsParts } from "./analytics";
import type { Healing } from "./analytics-healing";

/** DAGs that the platform brings. */
const ownDags = fileURLToPath(new URL("../pipelines/dags", import.meta.url));

/** What else Airflow is wired to. */
export interface ComposerLinks {
  /** Where alerts wait. */
  readonly alerts?: AlertQueue;
  /** @default - rules decide */
  readonly model?: Healing;
  /** Range of the cluster's nodes: who may open the web page where the environment names nobody. */
  readonly nodes: string;
}

/** Adds Airflow as Google runs it, with its identity, its bucket of DAGs and all that DAGs are told of the platform. */
export function addComposer(stack: Construct, parts: AnalyticsParts, links: ComposerLinks): Composer | undefined {
  const { place, analytics, addresses, buckets, datasets, keys } = parts;
  const { composer } = analytics;
  if (!composer) {
    return undefined;
  }
  const { project, region, environment } = place;
  const room = new Construct(stack, "Airflow");
  const dags = new PrivateBucket(room, "Dags", {
    name: addresses.buckets.dags,
    location: region,
    // The key of the environment itself, as Composer asks for.
    kmsKey: keys.analytics,
  });
  const identity = new GivenIdentity(room, "Identity", { project, accountId: addresses.accounts.composer });
  const { member } = identity;
  const grants: ITerraformDependable[] = [
    // GCP-06: Google's own role for it would open the cluster and every bucket of the project.
    new ProjectIamMember(identity, "Role", { project, role: workloadRoleName(place, "composer"), member }),
    // Airflow looks at its own bucket itself, which no role for objects allows.
    new StorageBucketIamMember(identity, "SeesDags", {
      bucket: dags.resource.name,
      role: "roles/storage.legacyBucketReader",
      member,
    }),
    ...Object.entries({ ...buckets, dags, ...(links.model && { pipeline: links.model.pipeline }) }).map(
      ([name, bucket]) =>
        new StorageBucketIamMember(identity, `Uses${idOf(name)}`, {
          bucket: bucket.resource.name,
          role: "roles/storage.objectUser",
          member,
        }),
    ),
  ];
  for (const dataset of datasets.values()) {
    dataset.grant("writer", identity.member);
  }
  if (links.model) {
    // A training job runs as an identity of its own; who starts it must be allowed to act as that.
    grants.push(
      new ServiceAccountIamMember(identity, "StartsTraining", {
        serviceAccountId: links.model.training.accountName,
        role: "roles/iam.serviceAccountUser",
        member,
      }),
    );
  }
  if (links.alerts) {
    links.alerts.allowReader("Airflow", member);
    const { applyIdentity, planIdentity } = bootstrapAddresses(room, place);
    // Who plans compares the DAG with the file, who applies puts it there; neither has a role on objects elsewhere.
    const access = (id: string, role: string, email: string) =>
      new StorageBucketIamMember(dags, id, {
        bucket: dags.resource.name,
        role,
        member: `serviceAccount:${email}`,
      });
    const readers = [
      access("ApplyWrites", "roles/storage.objectUser", applyIdentity),
      access("PlanReads", "roles/storage.objectViewer", planIdentity),
    ];
    const dag = new TerraformAsset(room, "HealingDag", { path: join(ownDags, "healing.py"), type: AssetType.FILE });
    new StorageBucketObject(room, "Healing", {
      bucket: dags.resource.name,
      name: "dags/healing.py",
      source: dag.path,
      contentType: "text/x-python",
      dependsOn: readers,
    });
  }
  const secrets = new ComposerSecrets(room, "Connections", {
    ...place,
    connections: composer.secretConnections,
    reader: member,
    kmsKey: keys.analytics,
  });

  const wiring = {
    ...place,
    dataset: datasets.get("analytics")?.datasetId ?? "",
    lakeBucket: buckets.lake.name,
    stagingBucket: buckets.staging.name,
    backupBucket: buckets.backup.name,
    sampleData: analytics.sampleData,
    logLevel: analytics.logLevel,
    approval: analytics.approval,
    ...(links.alerts && {
      healing: { subscription: addresses.healingSubscription, incidents: links.alerts.incidents.fullId },
    }),
    ...(links.model && {
      model: {
        endpoint: links.model.model.endpointName,
        pipelineBucket: links.model.pipeline.name,
        trainingAccount: links.model.training.email,
      },
    }),
  };
  const ranges = composer.webServerRanges ?? [links.nodes];
  return new Composer(room, "Composer", {
    ...composer,
    ...parts.network,
    project,
    region,
    name: addresses.composer,
    serviceAccount: identity.email,
    dagsBucket: dags.name,
    webServerRanges: ranges.map((range) => ({
      range,
      description: composer.webServerRanges ? `${environment}: people` : `${environment}: nodes of the cluster`,
    })),
    snapshots: { location: `${buckets.backup.url}/composer`, schedule: composer.snapshotSchedule },
    variables: { ...composer.variables, ...wiredConnections(place, composer.connections), ...wiredVariables(wiring) },
    configuration: { "logging-logging_level": analytics.logLevel.toUpperCase(), ...secrets.configuration },
    kmsKey: keys.analytics,
    dependsOn: [...grants, dags.resource],
  });
}
