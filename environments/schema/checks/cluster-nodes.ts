import { formatGiven, type Problem } from "../errors";
import { mostNodesOf } from "../node-pool";
import { parseBytes, parseCpu } from "../quantity";
import { check } from "./check";

/** Machine families whose processors encrypt memory (AMD SEV). */
const confidentialFamilies = ["c2d", "c3d", "n2d"];

const gib = 2 ** 30;

const confidentialMachines = check({ needs: ["target", "google"], clean: ["target"] }, ({ target, google }) => {
  if (target.kind !== "gke" || !google?.cluster.confidentialNodes) return [];
  return target.nodePools.flatMap(({ machineType }, i): readonly Problem[] => {
    if (confidentialFamilies.some((family) => machineType.startsWith(`${family}-`))) return [];
    const path = `target.nodePools[${i}].machineType`;
    const allowed = `a machine of ${confidentialFamilies.join(", ")}, as google.cluster.confidentialNodes is true`;
    return [
      { path, given: formatGiven(machineType), allowed, next: "change the machines, or leave confidentialNodes out" },
    ];
  });
});

const roomForPools = check({ needs: ["target", "google"], clean: ["target"] }, ({ target, google }) => {
  const limits = google?.cluster.autoProvisioning;
  if (target.kind !== "gke" || !limits) return [];
  const most = target.nodePools.map((pool) => ({ ...pool, nodes: mostNodesOf(pool, target.zones.length) }));
  const cpu = Math.ceil(most.reduce((sum, pool) => sum + pool.nodes * parseCpu(pool.cpu), 0) / 1000);
  const memory = Math.ceil(most.reduce((sum, pool) => sum + pool.nodes * parseBytes(pool.memory), 0) / gib);
  const low = (key: string, given: number, needed: number): readonly Problem[] => {
    if (given >= needed) return [];
    const allowed = `${needed} or more, which the node pools have at their largest: the limit holds for them as well`;
    return [{ path: `google.cluster.autoProvisioning.${key}`, given: `${given}`, allowed, next: "raise it" }];
  };
  return [...low("maxCpu", limits.maxCpu, cpu), ...low("maxMemoryGib", limits.maxMemoryGib, memory)];
});

/** Rules on what nodes a cluster may have, beyond those of each pool. */
export const clusterNodeChecks = [confidentialMachines, roomForPools];
