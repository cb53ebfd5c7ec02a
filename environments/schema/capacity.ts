import { operatorsOn, servicesOn } from "../../catalogue/assembly/on";
import type { Workload as RequestedPods } from "../../catalogue/definition";
import type { Environment } from "./environment";
import { type Allocatable, gkeAllocatable, localAllocatable } from "./machine-types";
import { platformComponents, platformReplicas, platformResources, systemPods } from "./platform";
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

function workloadsOf(wanted: readonly RequestedPods[]): readonly Workload[] {
  return wanted.map(({ component, pods, resources, storage }) => workload(component, pods, resources, storage));
}

function operatorWorkloads({ target, services }: CapacityInput): readonly Workload[] {
  const replicas = platformReplicas(target);
  return workloadsOf(operatorsOn(services).flatMap(({ definition }) => definition.workloads(replicas)));
}

function serviceWorkloads(services: Services): readonly Workload[] {
  return workloadsOf(
    servicesOn(services).flatMap(({ definition, settings }) => definition.workloads(settings, services)),
  );
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
    ...platformComponents(input.target).map((c) => workload(c.component, c.pods, c.resources)),
    vaultWorkload(input),
    ...operatorWorkloads(input),
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

/** What all pods of a kind ask for. */
function inAll({ component, pods, cpu, memory, storage }: Workload): ComponentRequest {
  return { component, cpu: cpu * pods, memory: memory * pods, storage: storage * pods, pods };
}

const sum = (entries: readonly Amounts[]): Amounts => ({
  cpu: entries.reduce((total, { cpu }) => total + cpu, 0),
  memory: entries.reduce((total, { memory }) => total + memory, 0),
  storage: entries.reduce((total, { storage }) => total + storage, 0),
  pods: entries.reduce((total, { pods }) => total + pods, 0),
});

/** What some data services ask for in all, without the platform and the operators below them. */
export function requestedBy(services: Services): Amounts {
  return sum(serviceWorkloads(services).map(inAll));
}

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
  const requested = [kubernetes, ...workloads(environment).map(inAll)];
  const total = sum(requested);
  const available = {
    cpu: nodes.reduce((all, node) => all + node.cpu * node.count, 0),
    memory: nodes.reduce((all, node) => all + node.memory * node.count, 0),
    pods: count * PODS_PER_NODE,
  };
  const fits = total.cpu <= available.cpu && total.memory <= available.memory && total.pods <= available.pods;
  return { requested, total, available, fits };
}

/** A node with what is free on it beside the pods that Kubernetes runs on every node: millicores and bytes. */
export interface FreeNode {
  readonly name: string;
  readonly cpu: number;
  readonly memory: number;
}

/** What is free on each kind of node. */
export function freeNodes(target: Target): readonly FreeNode[] {
  const { node: daemons } = systemPods(target);
  return nodesOf(target).map(({ name, cpu, memory }) => ({
    name,
    cpu: cpu - daemons.cpu,
    memory: memory - daemons.memory,
  }));
}

/** The pod that asks for the most memory, and the node with the most memory free. */
export function largestPodOf(input: CapacityInput) {
  const most = <Sized extends { readonly memory: number }>(list: readonly Sized[]) =>
    list.reduce((best, each) => (each.memory > best.memory ? each : best));
  const { component, cpu, memory } = most(workloads(input));
  return { pod: { component, cpu, memory }, node: most(freeNodes(input.target)) };
}
