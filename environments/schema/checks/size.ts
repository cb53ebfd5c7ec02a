import { capacity, freeNodes, nodeCount, workloads } from "../capacity";
import type { GivenEnvironment } from "../environment";
import type { Problem } from "../errors";
import { sizeIsKnown } from "../machine-types";
import { formatCpu } from "../quantity";
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

const largestPod = check({ needs: parts, clean: parts }, (environment, given) => {
  if (!sizesAreKnown(given)) return [];
  const free = freeNodes(environment.target);
  const largest = free.reduce((best, node) => (node.memory > best.memory ? node : best));
  return workloads(environment)
    .filter((pod) => !free.some((node) => within(pod, node)))
    .map(
      (pod): Problem => ({
        path: environment.target.kind === "gke" ? "target.nodePools" : "target.nodes",
        given: `no node holds a pod of ${pod.component}, which asks for ${amount(pod.cpu, pod.memory)}`,
        allowed: `pods up to what is free on the largest node (${largest.name}), ${amount(largest.cpu, largest.memory)}`,
        next: "use larger nodes or lower the request",
      }),
    );
});

const total = check({ needs: parts, clean: parts }, (environment, given) => {
  if (!sizesAreKnown(given)) return [];
  const free = freeNodes(environment.target);
  // A pod that fits no node is reported by itself.
  if (!workloads(environment).every((pod) => free.some((node) => within(pod, node)))) return [];
  const { fits, total: asked, available, requested } = capacity(environment);
  if (fits) return [];
  const scarce = asked.cpu > available.cpu ? "cpu" : asked.memory > available.memory ? "memory" : "pods";
  const text = (n: number) =>
    scarce === "cpu" ? formatCpu(n) : scarce === "memory" ? `${Math.ceil(n / MEBIBYTE)}Mi` : `${n}`;
  const most = [...requested].sort((a, b) => b[scarce] - a[scarce]).slice(0, 4);
  return [
    {
      path: environment.target.kind === "gke" ? "target.nodePools" : "target.nodes",
      given: `services and platform ask for ${amount(asked.cpu, asked.memory)} in ${asked.pods} pods`,
      allowed: `up to ${amount(available.cpu, available.memory)} in ${available.pods} pods, the sum of ${nodes(nodeCount(environment.target))}`,
      next: `add nodes or lower the requests of ${most.map((c) => `${c.component} (${scarce} ${text(c[scarce])})`).join(", ")}`,
    },
  ];
});

const vaultSpread = check({ needs: ["target", "vault"], clean: ["target", "vault"] }, ({ target, vault }) => {
  const count = nodeCount(target);
  if (vault.replicas <= count) return [];
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
