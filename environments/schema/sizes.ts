import { type Resources, sized } from "./resources";

/** `small`: one replica on a shared or local cluster (kind, minikube, gke dev); `large`: staging and prod. */
export type Size = "small" | "large";

/**
 * What each part asks for per pod when an environment says nothing, as [small, large].
 *
 * Small is made so that one node of 4 CPUs and 8Gi holds Kubernetes, the platform and the iceberg selection with one
 * Trino worker, and leaves room for a Spark job. CPU is what a part uses when it is idle or lightly used, as CPU is
 * shared; memory is what it may use at most, as memory is not.
 */
export const defaultResources = {
  // shared_buffers of a quarter of the memory; small holds the catalogue of a few thousand tables
  postgres: [sized("250m", "512Mi"), sized("1", "4Gi")],
  // InnoDB's buffer pool is half of it
  mariadb: [sized("250m", "512Mi"), sized("1", "4Gi")],
  // master, volume and filer in one process; the filer keeps its index in memory
  objectStore: [sized("100m", "512Mi"), sized("1", "4Gi")],
  // a Quarkus server: 256Mi of heap is enough for one user, caches grow with the tables
  nessie: [sized("100m", "512Mi"), sized("500m", "2Gi")],
  // a JVM that reads table metadata for each query
  hiveMetastore: [sized("200m", "768Mi"), sized("500m", "2Gi")],
  // plans queries; below 1.5Gi the JVM has no room left for a query
  trinoCoordinator: [sized("400m", "1536Mi"), sized("2", "8Gi")],
  // holds the data of running queries, so the largest of all
  trinoWorker: [sized("400m", "1536Mi"), sized("4", "16Gi")],
  // its controller starts a JVM for each submission; the jobs ask for their own
  sparkOperator: [sized("50m", "384Mi"), sized("100m", "1Gi")],
  // the gateway; the Spark engines it starts ask for their own
  kyuubi: [sized("200m", "1Gi"), sized("1", "4Gi")],
  // Raft keeps its working set in memory
  vault: [sized("100m", "256Mi"), sized("500m", "1Gi")],
} as const satisfies Record<string, readonly [Resources, Resources]>;

/** Pods per service when an environment says nothing, as [small, large]; large survives the loss of one. */
export const defaultReplicas = {
  postgres: [1, 3],
  mariadb: [1, 3],
  nessie: [1, 2],
  hiveMetastore: [1, 2],
  trinoWorkers: [1, 3],
  kyuubi: [1, 3],
} as const satisfies Record<string, readonly [number, number]>;

/** Volume per pod when an environment says nothing, as [small, large]. */
export const defaultStorage = {
  postgres: ["10Gi", "50Gi"],
  mariadb: ["10Gi", "50Gi"],
  objectStore: ["20Gi", "200Gi"],
} as const;

/** Picks the entry of a size. */
export function bySize<T>(size: Size, [small, large]: readonly [T, T]): T {
  switch (size) {
    case "small":
      return small;
    case "large":
      return large;
    default:
      return size satisfies never;
  }
}
