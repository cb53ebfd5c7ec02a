import { DataGoogleProject } from "@cdktf/provider-google/lib/data-google-project";
import type { Construct } from "constructs";
import {
  AlertChannels,
  AlertPolicies,
  bootstrapAddresses,
  environmentAlerts,
  findingsTopic,
  gcpName,
  googleProvider,
  LayerDashboards,
  ProjectBudget,
  ProjectLogs,
  ServiceLevels,
  securityAlerts,
  WatchedPages,
  type WatchedPlace,
} from "../constructs/gke";
import { vaultAccess } from "../constructs/vault";
import { type GkeEnvironment, PlatformStack } from "./platform-stack";

/** What an {@link ObservabilityStack} needs of the layers before it. */
export interface ObservabilityInputs {
  /**
   * Topic that triggers healing, `projects/<project>/topics/<topic>`.
   *
   * @default - nothing heals by itself
   */
  readonly healingTopic?: string;
}

/** Layer `observability`: dashboards, alerts, log sinks, budgets and who is told. */
export class ObservabilityStack extends PlatformStack {
  constructor(scope: Construct, environment: GkeEnvironment, { healingTopic }: ObservabilityInputs = {}) {
    super(scope, "observability", environment);
    const { name: prefix, google, target } = environment;
    const { project, region } = target;
    const { observability: settings, billingAccount } = google;
    const place = watchedPlace(this, environment);
    const bootstrap = bootstrapAddresses(this, place);
    googleProvider(this, { environment: prefix, project, region, impersonate: bootstrap.applyIdentity });

    const kmsKey = google.cluster.ownKeys ? bootstrap.keys.logs : undefined;
    const logs = new ProjectLogs(this, "Logs", {
      ...settings.logs,
      project,
      region,
      prefix,
      kmsKey,
      counted: securityAlerts,
    });
    // It waits for what is not there yet, so an offline plan of an empty state leaves it for the apply (TF-11).
    const { number: projectNumber } = new DataGoogleProject(this, "Project", {
      projectId: project,
      dependsOn: [logs.auditBucket],
    });

    const channels = new AlertChannels(this, "Channels", {
      project,
      region,
      prefix,
      kmsKey,
      projectNumber,
      channels: settings.channels,
      routes: settings.routes,
      healingTopic: settings.healing ? healingTopic : undefined,
    });
    const levels = new ServiceLevels(this, "ServiceLevels", {
      project,
      environment: prefix,
      cluster: place.cluster,
      availability: settings.availability,
    });
    new WatchedPages(this, "Pages", { project, environment: prefix, pages: settings.pages });
    new AlertPolicies(this, "Alerts", {
      project,
      environment: prefix,
      channels,
      runbooks: settings.runbooks,
      alerts: environmentAlerts({
        place,
        thresholds: settings.thresholds,
        objective: levels.objective,
        pages: Object.keys(settings.pages).length > 0,
        findingsTopic: google.organization && google.perimeter.findings ? findingsTopic(this, prefix) : undefined,
      }),
    });
    new LayerDashboards(this, "Dashboards", place);
    if (settings.budget && billingAccount !== undefined) {
      new ProjectBudget(this, "Budget", {
        ...settings.budget,
        billingAccount,
        projectNumber,
        name: prefix,
        channels: channels.forBudgets,
      });
    }
  }
}

/** Names of what is watched, each computed as the layer that makes it does. */
export function watchedPlace(scope: Construct, environment: GkeEnvironment): WatchedPlace {
  const { name, target, vault, google, services } = environment;
  const { project, region } = target;
  const { destination, schedule } = vault.snapshots;
  return {
    environment: name,
    project,
    region,
    cluster: gcpName(scope, "cluster", name),
    vaultNamespace: vaultAccess.namespace,
    ...(destination.kind === "gcs" && {
      snapshotBucket: gcpName(scope, "bucket", project, name, "snapshots"),
      snapshotSchedule: schedule,
    }),
    databases: services.postgres?.cloudSql !== undefined,
    memorystore: services.valkey?.memorystore !== undefined,
    composer: google.analytics.composer !== undefined,
    inspection: google.analytics.inspection !== undefined,
    ...(google.cluster.backup && { backupSchedule: google.cluster.backup.schedule }),
  };
}
