import type { ManagedService } from "../constructs/gke";
import type { GkeEnvironment } from "./platform-stack";

/** Services of Google that an environment uses and others may not: their agents are there, so they can be given keys. */
export function managedServices({ google, services }: GkeEnvironment): ReadonlySet<ManagedService> {
  const { composer, inspection, metastore, vertex } = google.analytics;
  const channels = Object.values(google.observability.channels);
  const used: Readonly<Record<ManagedService, boolean>> = {
    "airflow-connections": (composer?.secretConnections.length ?? 0) > 0,
    "cloud-sql": services.postgres?.cloudSql !== undefined,
    memorystore: services.valkey?.memorystore !== undefined,
    composer: composer !== undefined,
    metastore: metastore !== undefined,
    notices:
      google.cluster.upgradeNotices ||
      channels.some(({ kind }) => kind === "pubsub") ||
      (google.organization !== undefined && google.perimeter.findings),
    topics: composer !== undefined || inspection !== undefined,
    vertex: vertex !== undefined,
    workbench: (vertex?.workbench.length ?? 0) > 0,
  };
  return new Set((Object.keys(used) as ManagedService[]).filter((service) => used[service]));
}
