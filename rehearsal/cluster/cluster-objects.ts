import type { KubernetesObject } from "@kubernetes/client-node";
import { poolLabel } from "../../constructs/kubernetes/placement";

/** Size of each node. */
export interface NodeCapacity {
  /** Kubernetes quantity, for example "64". */
  readonly cpu: string;
  /** Kubernetes quantity, for example "256Gi". */
  readonly memory: string;
}

/** Objects carry more than the shared part of the type, since their kinds differ. */
export type ClusterObject = KubernetesObject & Readonly<Record<string, unknown>>;

const ZONES = ["a", "b", "c"] as const;
const NODES_PER_ZONE = 2;
const PODS_PER_NODE = "250";

/**
 * Six nodes in three zones of one region: five Vault servers, the most that an environment has by default, keep apart.
 *
 * @param pool kind of node pool that keeps away who does not ask for it; none for general nodes
 */
export function nodes(capacity: NodeCapacity, region: string, pool?: string): readonly ClusterObject[] {
  return Array.from({ length: ZONES.length * NODES_PER_ZONE }, (_, index) => {
    const name = pool === undefined ? `rehearsal-${index}` : `rehearsal-${pool}-${index}`;
    const zone = ZONES[index % ZONES.length];
    const size = { cpu: capacity.cpu, memory: capacity.memory, "ephemeral-storage": "1Ti", pods: PODS_PER_NODE };
    return {
      apiVersion: "v1",
      kind: "Node",
      metadata: {
        name,
        labels: {
          "kubernetes.io/arch": "amd64",
          "kubernetes.io/os": "linux",
          "kubernetes.io/hostname": name,
          "topology.kubernetes.io/region": region,
          "topology.kubernetes.io/zone": `${region}-${zone}`,
          ...(pool !== undefined && { [poolLabel]: pool }),
        },
      },
      ...(pool !== undefined && { spec: { taints: [{ key: poolLabel, value: pool, effect: "NoSchedule" }] } }),
      status: { allocatable: size, capacity: size },
    };
  });
}

/**
 * Storage classes without a provisioner, with volumes made ahead that the real binder gives to claims.
 *
 * @param classes names; the first is the default class
 * @param volumes number of volumes of each class
 */
export function storage(classes: readonly string[], volumes: number): readonly ClusterObject[] {
  return classes.flatMap((name, index) => [
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name, annotations: { "storageclass.kubernetes.io/is-default-class": String(index === 0) } },
      provisioner: "kubernetes.io/no-provisioner",
      volumeBindingMode: "Immediate",
      reclaimPolicy: "Delete",
    },
    ...volumesOf(name, volumes),
  ]);
}

/** Volumes made ahead of a class that somebody else makes, whose own provisioner is not there. */
export function volumesOf(storageClass: string, count: number): readonly ClusterObject[] {
  return Array.from({ length: count }, (_, volume) => ({
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: `${storageClass}-${volume}` },
    spec: {
      capacity: { storage: "1Ti" },
      accessModes: ["ReadWriteOnce", "ReadWriteMany", "ReadOnlyMany"],
      persistentVolumeReclaimPolicy: "Retain",
      storageClassName: storageClass,
      hostPath: { path: `/nonexistent/${storageClass}/${volume}` },
    },
  }));
}
