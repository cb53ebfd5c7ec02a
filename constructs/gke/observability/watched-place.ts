import type { GkePlace } from "../addresses";

/** What dashboards and alerts must know of an environment; every name is computed. */
export interface WatchedPlace extends GkePlace {
  /** Name of the GKE cluster. */
  readonly cluster: string;
  /** Namespace of Vault's servers. */
  readonly vaultNamespace: string;
  /**
   * Bucket that Vault's snapshots go to.
   *
   * @default - they go elsewhere
   */
  readonly snapshotBucket?: string;
  /** When snapshots are taken, as cron writes it. @default - they are not */
  readonly snapshotSchedule?: string;
  /** When GKE copies the cluster, as cron writes it. @default - it does not */
  readonly backupSchedule?: string;
  /** Whether there is a database of Cloud SQL. */
  readonly databases: boolean;
  /** Whether there is a store of Memorystore. */
  readonly memorystore: boolean;
  /** Whether there is an environment of Composer. */
  readonly composer: boolean;
  /** Whether Sensitive Data Protection reads what should hold no data of people. */
  readonly inspection: boolean;
}
