import type { Construct } from "constructs";
import {
  type AnalyticsAddresses,
  AnalyticsDataset,
  analyticsAddresses,
  bootstrapAddresses,
  type GkePlace,
  gcpName,
  googleProvider,
  ManagedMetastore,
  type PrivateBucket,
} from "../constructs/gke";
import { idOf } from "../constructs/kubernetes/names";
import type { Analytics, Dataset } from "../environments/schema";
import { addBuckets } from "./analytics-buckets";
import { addComposer } from "./analytics-composer";
import { addAlerts, addModel } from "./analytics-healing";
import { addInspection, addTables } from "./analytics-tables";
import type { NetworkOutputs } from "./network";
import { type GkeEnvironment, PlatformStack } from "./platform-stack";

/** What the analytics layer needs of others. */
export interface AnalyticsInputs {
  /** Where Airflow and notebooks have their addresses. */
  readonly network: Pick<NetworkOutputs, "network" | "subnetwork">;
}

/** What the analytics layer offers. */
export interface AnalyticsOutputs {
  /**
   * Topic to which alerts are sent that the healing DAG answers: `projects/<project>/topics/<topic>`.
   *
   * @default - nothing heals
   */
  readonly healingTopic?: string;
}

/** What the parts of the layer share. */
export interface AnalyticsParts {
  readonly place: GkePlace;
  readonly addresses: AnalyticsAddresses;
  readonly analytics: Analytics;
  readonly network: AnalyticsInputs["network"];
  readonly buckets: Readonly<Record<"lake" | "staging" | "backup", PrivateBucket>>;
  /** Datasets by the names that the environment has for them. */
  readonly datasets: ReadonlyMap<string, AnalyticsDataset>;
  /** Keys of our own, where the environment has them. */
  readonly keys: Partial<Readonly<Record<"analytics" | "backup" | "disks" | "storage", string>>>;
  /** Makes a dataset beside those of the environment. */
  readonly addDataset: (id: string, dataset: Dataset) => AnalyticsDataset;
}

/**
 * Layer `analytics`: BigQuery, the buckets lake, staging and backup, and what an environment asks for of Composer, Vertex AI,
 * Sensitive Data Protection and Dataproc Metastore.
 */
export class AnalyticsStack extends PlatformStack {
  readonly outputs: AnalyticsOutputs;
  private readonly datasets = new Map<string, AnalyticsDataset>();

  constructor(scope: Construct, environment: GkeEnvironment, inputs: AnalyticsInputs) {
    super(scope, "analytics", environment);
    const { name, target, google } = environment;
    const { project, region } = target;
    const place = { environment: name, project, region };
    const bootstrap = bootstrapAddresses(this, place);
    googleProvider(this, { ...place, impersonate: bootstrap.applyIdentity });

    const { analytics } = google;
    const keys: AnalyticsParts["keys"] = google.cluster.ownKeys ? bootstrap.keys : {};
    const addresses = analyticsAddresses(this, place);
    const addDataset = (id: string, dataset: Dataset) =>
      this.addDataset(id, dataset, { place, kmsKey: keys.analytics });

    const buckets = addBuckets(this, { region, names: addresses.buckets, keys, settings: analytics.buckets });
    for (const dataset of analytics.datasets) {
      // The one that every environment has needs no name of its own.
      addDataset(dataset.name === "analytics" ? "Dataset" : `${idOf(dataset.name)}Dataset`, dataset);
    }
    const parts = { place, addresses, analytics, ...inputs, buckets, datasets: this.datasets, keys, addDataset };
    const tables = addTables(this, parts);
    const healing = analytics.composer || analytics.vertex ? this.healingDataset(parts) : undefined;
    const alerts = healing && addAlerts(this, parts, healing);
    const model = healing && addModel(this, parts, healing, target.zones);
    addComposer(this, parts, { alerts, model, nodes: target.network.nodes });
    addInspection(this, parts, tables);
    if (analytics.metastore) {
      const metastore = gcpName(this, "metastore", name, analytics.metastore.name);
      new ManagedMetastore(this, "Metastore", {
        ...place,
        ...analytics.metastore,
        name: metastore,
        kmsKey: keys.analytics,
      });
    }

    this.outputs = alerts ? { healingTopic: addresses.healingTopic } : {};
  }

  private addDataset(
    id: string,
    { name, description, location, ...dataset }: Dataset,
    { place, kmsKey }: { readonly place: GkePlace; readonly kmsKey?: string },
  ): AnalyticsDataset {
    const made = new AnalyticsDataset(this, id, {
      ...dataset,
      project: place.project,
      datasetId: gcpName(this, "dataset", place.environment, name),
      location: location ?? place.region,
      description: description ?? (name === "analytics" ? `Tables of ${place.environment}` : `Tables of ${name}`),
      kmsKey,
    });
    this.datasets.set(name, made);
    return made;
  }

  private healingDataset({ place, addDataset }: AnalyticsParts): AnalyticsDataset {
    return addDataset("HealingDataset", {
      name: "healing",
      description: `What is known of alerts in ${place.environment}`,
      timeTravelDays: 7,
      access: [],
      labels: {},
    });
  }
}
