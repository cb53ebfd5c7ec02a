import { operatorsOn, servicesOn } from "../../catalogue/assembly/on";
import type { Workload as RequestedPods } from "../../catalogue/definition";
import type { Environment } from "./environment";
import { type Allocatable, gkeAllocatable, localAllocatable } from "./machine-types";
import { mostNodesOf, PODS_PER_NODE, type PoolRole } from "./node-pool";
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

/** What the pods of some pools ask for and what their nodes have. */
export interface PoolCapacity {
  readonly role: PoolRole;
  readonly total: Amounts;
  readonly available: Omit<Amounts, "storage">;
  readonly fits: boolean;
}

/** What an environment asks for and what its nodes have. */
export interface Capacity {
  /** Kubernetes' own pods first, then the platform, then the data services. */
  readonly requested: readonly ComponentRequest[];
  readonly total: Amounts;
  /** Of all nodes, those that an autoscaler may add included. Volumes have no limit that is known here. */
  readonly available: Omit<Amounts, "storage">;
  /** By what node pools are for; a laptop's nodes are all `general`. */
  readonly pools: readonly PoolCapacity[];
  /** Whether what the pods of each pool ask for fits its nodes. */
  readonly fits: boolean;
}

/** What the capacity is computed from. */
export type CapacityInput = Pick<Environment, "target" | "services" | "vault">;

/** One kind of pod. */
interface Workload {
  readonly component: string;
  /** What the nodes are for that it runs on. */
  readonly role: PoolRole;
  readonly pods: number;
  /** Millicores of one pod. */
  readonly cpu: number;
  /** Bytes of one pod. */
  readonly memory: number;
  /** Bytes of the volume of one pod. */
  readonly storage: number;
}

/** What the pools of a target are for; `general` where it has no pools. */
export function rolesOf(target: Target): readonly PoolRole[] {
  return target.kind === "gke" ? [...new Set(target.nodePools.map(({ role }) => role))] : ["general"];
}

/** The first of the wanted kinds of pools that there is, else `general`: as `placementOf` places the pods. */
function roleOf(target: Target, wanted: readonly PoolRole[] = []): PoolRole {
  return wanted.find((role) => rolesOf(target).includes(role)) ?? "general";
}

function workload(component: string, pods: number, resources: Resources, storage?: string): Workload {
  return {
    component,
    role: "general",
    pods,
    cpu: parseCpu(resources.requests.cpu),
    memory: parseBytes(resources.requests.memory),
    storage: storage === undefined ? 0 : parseBytes(storage),
  };
}

function workloadsOf(target: Target, wanted: readonly RequestedPods[]): readonly Workload[] {
  return wanted.map(({ component, pods, resources, storage, pools }) => ({
    ...workload(component, pods, resources, storage),
    role: roleOf(target, pools),
  }));
}

function operatorWorkloads({ target, services }: CapacityInput): readonly Workload[] {
  const replicas = platformReplicas(target);
  return workloadsOf(
    target,
    operatorsOn(services).flatMap(({ definition }) => definition.workloads(replicas)),
  );
}

/** The data services' kinds of pods. */
function podsOf(services: Services): readonly RequestedPods[] {
  return servicesOn(services).flatMap(({ definition, settings }) => definition.workloads(settings, services));
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
    ...workloadsOf(input.target, podsOf(input.services)),
  ];
}

/** Nodes of one kind. */
interface NodeKind extends Allocatable {
  readonly name: string;
  readonly role: PoolRole;
  readonly count: number;
  /** Pods that one of them admits. */
  readonly pods: number;
}

/** Kinds of nodes with how many of each there may be, those that an autoscaler may add included. */
export function nodesOf(target: Target): readonly NodeKind[] {
  if (target.kind === "gke") {
    return target.nodePools.map((pool) => ({
      ...gkeAllocatable(pool),
      name: pool.name,
      role: pool.role,
      count: mostNodesOf(pool, target.zones.length),
      pods: pool.maxPodsPerNode,
    }));
  }
  return target.nodes.map((group, i) => ({
    ...localAllocatable(group),
    name: `nodes[${i}]`,
    role: "general",
    count: group.count,
    pods: PODS_PER_NODE,
  }));
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
  return sum(
    podsOf(services).map(({ component, pods, resources, storage }) =>
      inAll(workload(component, pods, resources, storage)),
    ),
  );
}

/** Kubernetes' own pods: those of each node, and beside the general ones those of the cluster. */
function kubernetesOn(target: Target, nodes: readonly NodeKind[], withCluster: boolean): ComponentRequest {
  const { node, cluster } = systemPods(target);
  const count = nodes.reduce((all, each) => all + each.count, 0);
  const once = withCluster ? cluster : { cpu: 0, memory: 0, pods: 0 };
  return {
    component: "kubernetes",
    cpu: once.cpu + count * node.cpu,
    memory: once.memory + count * node.memory,
    storage: 0,
    pods: once.pods + count * node.pods,
  };
}

function availableOn(nodes: readonly NodeKind[]): Omit<Amounts, "storage"> {
  return {
    cpu: nodes.reduce((all, node) => all + node.cpu * node.count, 0),
    memory: nodes.reduce((all, node) => all + node.memory * node.count, 0),
    pods: nodes.reduce((all, node) => all + node.pods * node.count, 0),
  };
}

/** Sums up what an environment asks for and compares it with its nodes. */
export function capacity(environment: CapacityInput): Capacity {
  const { target } = environment;
  const nodes = nodesOf(target);
  const pods = workloads(environment);
  const pools = rolesOf(target).map((role): PoolCapacity => {
    const own = nodes.filter((node) => node.role === role);
    const total = sum([
      kubernetesOn(target, own, role === "general"),
      ...pods.filter((pod) => pod.role === role).map(inAll),
    ]);
    const available = availableOn(own);
    const fits = total.cpu <= available.cpu && total.memory <= available.memory && total.pods <= available.pods;
    return { role, total, available, fits };
  });
  const requested = [kubernetesOn(target, nodes, true), ...pods.map(inAll)];
  const fits = pools.every((pool) => pool.fits);
  return { requested, total: sum(requested), available: availableOn(nodes), pools, fits };
}

/** A node with what is free on it beside the pods that Kubernetes runs on every node: millicores and bytes. */
export interface FreeNode {
  readonly name: string;
  readonly role: PoolRole;
  readonly cpu: number;
  readonly memory: number;
}

/** What is free on each kind of node. */
export function freeNodes(target: Target): readonly FreeNode[] {
  const { node: daemons } = systemPods(target);
  return nodesOf(target).map(({ name, role, cpu, memory }) => ({
    name,
    role,
    cpu: cpu - daemons.cpu,
    memory: memory - daemons.memory,
  }));
}

/** The pod that asks for the most memory, and of the nodes that it may run on the one with the most memory free. */
export function largestPodOf(input: CapacityInput) {
  const most = <Sized extends { readonly memory: number }>(list: readonly Sized[]) =>
    list.reduce((best, each) => (each.memory > best.memory ? each : best));
  const { component, role, cpu, memory } = most(workloads(input));
  return { pod: { component, cpu, memory }, node: most(freeNodes(input.target).filter((node) => node.role === role)) };
}
