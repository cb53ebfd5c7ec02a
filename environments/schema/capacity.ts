import type { Environment } from "./environment";
import { type Allocatable, gkeAllocatable, localAllocatable } from "./machine-types";
import { platformComponents, platformResources, systemPods } from "./platform";
import { parseBytes, parseCpu } from "./quantity";
import type { Resources } from "./resources";
import type { Services } from "./services";
import type { Target } from "./target";

/** What one component asks for in all. */
export interface ComponentRequest {
  readonly component: string;
  /** Millicores. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
  /** Bytes of volumes. */
  readonly storage: number;
  readonly pods: number;
}

/** Amounts of a whole cluster: millicores, bytes, bytes of volumes, pods. */
export type Amounts = Omit<ComponentRequest, "component">;

/** What an environment asks for and what its nodes have. */
export interface Capacity {
  /** Kubernetes' own pods first, then the platform, then the data services. */
  readonly requested: readonly ComponentRequest[];
  readonly total: Amounts;
  /** Of all nodes, those that an autoscaler may add included. Volumes have no limit that is known here. */
  readonly available: Omit<Amounts, "storage">;
  readonly fits: boolean;
}

/** What the capacity is computed from. */
export type CapacityInput = Pick<Environment, "target" | "services" | "vault">;

/** One kind of pod. */
interface Workload {
  readonly component: string;
  readonly pods: number;
  /** Millicores of one pod. */
  readonly cpu: number;
  /** Bytes of one pod. */
  readonly memory: number;
  /** Bytes of the volume of one pod. */
  readonly storage: number;
}

/** Pods that the kubelet admits on one node by default, and that GKE plans addresses for. */
export const PODS_PER_NODE = 110;

function workload(component: string, pods: number, resources: Resources, storage?: string): Workload {
  return {
    component,
    pods,
    cpu: parseCpu(resources.requests.cpu),
    memory: parseBytes(resources.requests.memory),
    storage: storage === undefined ? 0 : parseBytes(storage),
  };
}

function serviceWorkloads(services: Services): readonly Workload[] {
  const { postgres, mariadb, objectStore, nessie, hiveMetastore, trino, sparkOperator, kyuubi } = services;
  return [
    ...(postgres ? [workload("postgres", postgres.instances, postgres.resources, postgres.storage)] : []),
    ...(mariadb ? [workload("mariadb", mariadb.replicas, mariadb.resources, mariadb.storage)] : []),
    ...(objectStore ? [workload("object-store", 1, objectStore.resources, objectStore.storage)] : []),
    ...(nessie ? [workload("nessie", nessie.replicas, nessie.resources)] : []),
    ...(hiveMetastore ? [workload("hive-metastore", hiveMetastore.replicas, hiveMetastore.resources)] : []),
    ...(trino ? [workload("trino-coordinator", 1, trino.coordinator)] : []),
    ...(trino ? [workload("trino-worker", trino.workers, trino.worker)] : []),
    // The controller and its webhook.
    ...(sparkOperator ? [workload("spark-operator", 2, sparkOperator.resources)] : []),
    ...(kyuubi ? [workload("kyuubi", kyuubi.replicas, kyuubi.resources)] : []),
  ];
}

function vaultWorkload({ vault }: CapacityInput): Workload {
  const server = workload("vault", vault.replicas, vault.resources, vault.storage);
  const { vaultUnsealer, vaultCertificateReloader } = platformResources;
  const containers = [
    server,
    ...[vaultUnsealer, vaultCertificateReloader].map((resources) => workload("", 1, resources)),
  ];
  return {
    ...server,
    cpu: containers.reduce((all, { cpu }) => all + cpu, 0),
    memory: containers.reduce((all, { memory }) => all + memory, 0),
  };
}

/** Pods of the platform and of the data services, one entry per kind of pod. */
export function workloads(input: CapacityInput): readonly Workload[] {
  return [
    ...platformComponents(input.target, input.services).map((c) => workload(c.component, c.pods, c.resources)),
    vaultWorkload(input),
    ...serviceWorkloads(input.services),
  ];
}

/** Kinds of nodes with how many of each there may be; GKE's counts are per zone and go up to `maxCount`. */
export function nodesOf(target: Target): readonly (Allocatable & { readonly count: number; readonly name: string })[] {
  if (target.kind === "gke") {
    return target.nodePools.map((pool) => ({
      ...gkeAllocatable(pool),
      name: pool.name,
      count: pool.maxCount * target.zones.length,
    }));
  }
  return target.nodes.map((group, i) => ({ ...localAllocatable(group), name: `nodes[${i}]`, count: group.count }));
}

/** Number of nodes, those that an autoscaler may add included. */
export function nodeCount(target: Target): number {
  return nodesOf(target).reduce((sum, { count }) => sum + count, 0);
}

const sum = (entries: readonly Amounts[]): Amounts => ({
  cpu: entries.reduce((total, { cpu }) => total + cpu, 0),
  memory: entries.reduce((total, { memory }) => total + memory, 0),
  storage: entries.reduce((total, { storage }) => total + storage, 0),
  pods: entries.reduce((total, { pods }) => total + pods, 0),
});

/** Sums up what an environment asks for and compares it with its nodes. */
export function capacity(environment: CapacityInput): Capacity {
  const nodes = nodesOf(environment.target);
  const count = nodeCount(environment.target);
  const system = systemPods(environment.target);
  const kubernetes: ComponentRequest = {
    component: "kubernetes",
    cpu: system.cluster.cpu + count * system.node.cpu,
    memory: system.cluster.memory + count * system.node.memory,
    storage: 0,
    pods: system.cluster.pods + count * system.node.pods,
  };
  const requested = [
    kubernetes,
    ...workloads(environment).map(({ component, pods, cpu, memory, storage }) => ({
      component,
      cpu: cpu * pods,
      memory: memory * pods,
      storage: storage * pods,
      pods,
    })),
  ];
  const total = sum(requested);
  const available = {
    cpu: nodes.reduce((all, node) => all + node.cpu * node.count, 0),
    memory: nodes.reduce((all, node) => all + node.memory * node.count, 0),
    pods: count * PODS_PER_NODE,
  };
  const fits = total.cpu <= available.cpu && total.memory <= available.memory && total.pods <= available.pods;
  return { requested, total, available, fits };
}
