import { type CapacityInput, capacity, freeNodes, nodesOf, rolesOf, workloads } from "../capacity";
import type { GivenEnvironment } from "../environment";
import type { Problem } from "../errors";
import { sizeIsKnown } from "../machine-types";
import type { PoolRole } from "../node-pool";
import { formatCpu } from "../quantity";
import type { Target } from "../target";
import { check } from "./check";

const MEBIBYTE = 2 ** 20;
const amount = (cpu: number, memory: number) => `cpu ${formatCpu(cpu)} and memory ${Math.ceil(memory / MEBIBYTE)}Mi`;
const within = (what: { cpu: number; memory: number }, limit: { cpu: number; memory: number }) =>
  what.cpu <= limit.cpu && what.memory <= limit.memory;

const nodes = (count: number) => (count === 1 ? "1 node" : `${count} nodes`);

/** False while a node pool has a size that nobody stated; that is reported by itself. */
const sizesAreKnown = ({ target }: Partial<GivenEnvironment>) =>
  target?.kind !== "gke" || target.nodePools.every(sizeIsKnown);

const parts = ["target", "services", "vault"] as const;

const pathOf = ({ kind }: Target) => (kind === "gke" ? "target.nodePools" : "target.nodes");

/** Pods that no node of their pools holds. */
const tooLarge = (environment: CapacityInput) => {
  const free = freeNodes(environment.target);
  return workloads(environment).filter((pod) => !free.some((node) => node.role === pod.role && within(pod, node)));
};

/** Of several kinds of pools, those that are meant; nothing where there is one. */
const ofPools = (target: Target, role: PoolRole, word = "of") =>
  rolesOf(target).length > 1 ? ` ${word} pools for "${role}"` : "";

const largestPod = check({ needs: parts, clean: parts }, (environment, given) => {
  if (!sizesAreKnown(given)) return [];
  const { target } = environment;
  return tooLarge(environment).flatMap((pod): readonly Problem[] => {
    const [first, ...others] = freeNodes(target).filter(({ role }) => role === pod.role);
    // A target without a general pool is reported by itself.
    if (!first) return [];
    const largest = others.reduce((best, node) => (node.memory > best.memory ? node : best), first);
    return [
      {
        path: pathOf(target),
        given: `no node${ofPools(target, pod.role)} holds a pod of ${pod.component}, which asks for ${amount(pod.cpu, pod.memory)}`,
        allowed: `pods up to what is free on the largest node (${largest.name}), ${amount(largest.cpu, largest.memory)}`,
        next: "use larger nodes or lower the request",
      },
    ];
  });
});

const total = check({ needs: parts, clean: parts }, (environment, given) => {
  if (!sizesAreKnown(given)) return [];
  // A pod that fits no node is reported by itself.
  if (tooLarge(environment).length > 0) return [];
  const { target } = environment;
  return capacity(environment)
    .pools.filter(({ fits }) => !fits)
    .map(({ role, total: asked, available }): Problem => {
      const scarce = asked.cpu > available.cpu ? "cpu" : asked.memory > available.memory ? "memory" : "pods";
      const text = (n: number) =>
        scarce === "cpu" ? formatCpu(n) : scarce === "memory" ? `${Math.ceil(n / MEBIBYTE)}Mi` : `${n}`;
      const count = nodesOf(target).reduce((all, node) => (node.role === role ? all + node.count : all), 0);
      const whose = role === "general" ? "services and platform" : "services";
      return {
        path: pathOf(target),
        given: `${whose}${ofPools(target, role, "on")} ask for ${amount(asked.cpu, asked.memory)} in ${asked.pods} pods`,
        allowed: `up to ${amount(available.cpu, available.memory)} in ${available.pods} pods, the sum of ${nodes(count)}${ofPools(target, role)}`,
        next: `add nodes or lower the requests of ${mostOf(environment, role, scarce)
          .map((c) => `${c.component} (${scarce} ${text(c[scarce])})`)
          .join(", ")}`,
      };
    });
});

/** The four components of a pool that ask for the most. */
function mostOf(environment: CapacityInput, role: PoolRole, scarce: "cpu" | "memory" | "pods") {
  const { requested } = capacity(environment);
  const here = new Set(workloads(environment).flatMap((pod) => (pod.role === role ? [pod.component] : [])));
  const own = requested.filter(
    ({ component }) => here.has(component) || (role === "general" && component === "kubernetes"),
  );
  return own.sort((a, b) => b[scarce] - a[scarce]).slice(0, 4);
}

const vaultSpread = check({ needs: ["target", "vault"], clean: ["target", "vault"] }, ({ target, vault }) => {
  // Its servers ask for no pool, so that they run on the general nodes.
  const count = nodesOf(target).reduce((all, node) => (node.role === "general" ? all + node.count : all), 0);
  // A target without a general pool is reported by itself.
  if (count === 0 || vault.replicas <= count) return [];
  return [
    {
      path: "vault.replicas",
      given: `${vault.replicas}`,
      allowed: `at most one server per node, and target has ${nodes(count)}`,
      next: "lower it or add nodes",
    },
  ];
});

/** Rules on what the nodes of a target can hold. */
export const sizeChecks = [largestPod, total, vaultSpread];
