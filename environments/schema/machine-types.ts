import { type Bytes, type Cpu, formatBytes, parseBytes, parseCpu } from "./quantity";

/** Memory per vCPU in Gi, by series and kind. @see https://cloud.google.com/compute/docs/general-purpose-machines */
const memoryPerCpu: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  c3: { standard: 4, highmem: 8, highcpu: 2 },
  e2: { standard: 4, highmem: 8, highcpu: 1 },
  n2: { standard: 4, highmem: 8, highcpu: 1 },
  n2d: { standard: 4, highmem: 8, highcpu: 1 },
  n4: { standard: 4, highmem: 8, highcpu: 2 },
};

/** Size of a predefined machine type; nothing for a series that is not in the table. */
export function machineShape(machineType: string): { readonly cpu: Cpu; readonly memory: Bytes } | undefined {
  const [, series = "", kind = "", count] = /^([a-z0-9]+)-([a-z]+)-(\d+)$/.exec(machineType) ?? [];
  const gibibytes = memoryPerCpu[series]?.[kind];
  if (gibibytes === undefined || Number(count) < 1) return undefined;
  return { cpu: `${Number(count)}`, memory: `${gibibytes * Number(count)}Gi` };
}

/** Whether the size of a node is known: from its machine type, or because both figures are stated. */
export function sizeIsKnown(pool: {
  readonly machineType: string;
  readonly cpu?: Cpu;
  readonly memory?: Bytes;
}): boolean {
  return machineShape(pool.machineType) !== undefined || (pool.cpu !== undefined && pool.memory !== undefined);
}

/** What pods may ask for on one node, in millicores and bytes. */
export interface Allocatable {
  readonly cpu: number;
  readonly memory: number;
}

const MEBIBYTE = 2 ** 20;
const GIBIBYTE = 2 ** 30;

/** What remains of the first amounts when each step takes its share. */
function reserved(total: number, steps: readonly (readonly [upTo: number, share: number])[]): number {
  let from = 0;
  let sum = 0;
  for (const [upTo, share] of steps) {
    sum += Math.max(0, Math.min(total, upTo) - from) * share;
    from = upTo;
  }
  return sum;
}

/** A GKE node less what GKE reserves. @see https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes */
export function gkeAllocatable(node: { readonly cpu: string; readonly memory: string }): Allocatable {
  const cpu = parseCpu(node.cpu);
  const memory = parseBytes(node.memory);
  const cpuReserved = reserved(cpu, [
    [1000, 0.06],
    [2000, 0.01],
    [4000, 0.005],
    [Number.POSITIVE_INFINITY, 0.0025],
  ]);
  const memoryReserved = reserved(memory, [
    [4 * GIBIBYTE, 0.25],
    [8 * GIBIBYTE, 0.2],
    [16 * GIBIBYTE, 0.1],
    [128 * GIBIBYTE, 0.06],
    [Number.POSITIVE_INFINITY, 0.02],
  ]);
  return {
    cpu: Math.floor(cpu - cpuReserved),
    // 100Mi more is the threshold at which the kubelet evicts pods.
    memory: Math.floor((memory - memoryReserved) / MEBIBYTE) * MEBIBYTE - 100 * MEBIBYTE,
  };
}

/** A node of kind or minikube: only the kubelet's eviction threshold of 100Mi is kept back. */
export function localAllocatable(node: { readonly cpu: string; readonly memory: string }): Allocatable {
  return { cpu: parseCpu(node.cpu), memory: parseBytes(node.memory) - 100 * MEBIBYTE };
}

/** Whether stated sizes agree with the machine type; an unknown type agrees with all. */
export function agreesWithMachineType(
  machineType: string,
  size: { readonly cpu?: string; readonly memory?: string },
): boolean {
  const shape = machineShape(machineType);
  if (!shape) return true;
  const cpu = size.cpu === undefined || parseCpu(size.cpu) === parseCpu(shape.cpu);
  return (
    cpu && (size.memory === undefined || formatBytes(parseBytes(size.memory)) === formatBytes(parseBytes(shape.memory)))
  );
}
