import { type Bytes, type Cpu, formatBytes, parseBytes, parseCpu } from "./quantity";
import { editDistance } from "./suggest";

/**
 * Memory per vCPU in Gi, by series and kind.
 *
 * @see https://cloud.google.com/compute/docs/general-purpose-machines
 * @see https://cloud.google.com/compute/docs/compute-optimized-machines
 */
const memoryPerCpu: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  c2: { standard: 4 },
  c2d: { standard: 4, highmem: 8, highcpu: 2 },
  c3: { standard: 4, highmem: 8, highcpu: 2 },
  e2: { standard: 4, highmem: 8, highcpu: 1 },
  n2: { standard: 4, highmem: 8, highcpu: 1 },
  n2d: { standard: 4, highmem: 8, highcpu: 1 },
  n4: { standard: 4, highmem: 8, highcpu: 2 },
};

/** Series whose machines take no persistent disks, of which hyperdisks are the only other kind that volumes have. */
const hyperdiskSeries = ["c4", "c4d", "n4"];

/** Series for work that computes more than it remembers. */
const computeSeries = ["c2", "c2d", "c3", "c3d", "c4", "c4d", "h3"];

/** Series with another instruction set, whose nodes have a taint that no pod of the platform tolerates. */
const armSeries = ["c4a", "n4a", "t2a"];

/** Series to which local SSDs can be added; others have none, or have machine types with a fixed number of them. */
const localSsdSeries = ["c2", "c2d", "n1", "n2", "n2d"];

/** Names of the series whose sizes are known, as a list in words. */
export const knownSeries = `${Object.keys(memoryPerCpu).slice(0, -1).join(", ")} or ${Object.keys(memoryPerCpu).at(-1)}`;

const seriesOf = (machineType: string) => machineType.slice(0, machineType.indexOf("-"));

/** Kind of disk that suits a machine type. */
export function diskTypeOf(machineType: string): "pd-balanced" | "hyperdisk-balanced" {
  return hyperdiskSeries.includes(seriesOf(machineType)) ? "hyperdisk-balanced" : "pd-balanced";
}

/** Whether machines of a type can have disks of a kind: hyperdisks are of newer series, persistent disks of all others. */
export function takesDisk(machineType: string, diskType: string): boolean {
  if (hyperdiskSeries.includes(seriesOf(machineType))) return diskType.startsWith("hyperdisk-");
  return diskType.startsWith("pd-") || ["c3", "c3d", "h3", "m3"].includes(seriesOf(machineType));
}

/** Whether images of the platform run on it: they are made for amd64. */
export function isArm(machineType: string): boolean {
  return armSeries.includes(seriesOf(machineType));
}

/** Whether local SSDs can be added to a machine type. */
export function takesLocalSsds(machineType: string): boolean {
  return localSsdSeries.includes(seriesOf(machineType));
}

/** Whether a machine type is made for work that computes. */
export function isForCompute(machineType: string): boolean {
  return computeSeries.includes(seriesOf(machineType)) || machineType.includes("-highcpu-");
}

/** Size of a predefined machine type; nothing for a series that is not in the table. */
export function machineShape(machineType: string): { readonly cpu: Cpu; readonly memory: Bytes } | undefined {
  const [, series = "", kind = "", count] = /^([a-z0-9]+)-([a-z]+)-(\d+)$/.exec(machineType) ?? [];
  const gibibytes = memoryPerCpu[series]?.[kind];
  if (gibibytes === undefined || Number(count) < 1) return undefined;
  return { cpu: `${Number(count)}`, memory: `${gibibytes * Number(count)}Gi` };
}

/** Letters that a misspelt machine type may differ by: more, and it is a real one that the table lacks. */
const MISSPELT = 2;

/** The known machine type that was meant, or nothing where the given one may well exist. */
export function closestMachineType(machineType: string): string | undefined {
  const series = seriesOf(machineType);
  // A series that looks like one of Google's is taken for one: c4 is no misspelt c2.
  if (!(series in memoryPerCpu) && /^[a-z]\d[a-z]?$/.test(series)) return undefined;
  const count = /\d+$/.exec(machineType)?.[0] ?? "2";
  return Object.entries(memoryPerCpu)
    .filter(([known]) => known === series || !(series in memoryPerCpu))
    .flatMap(([known, kinds]) => Object.keys(kinds).map((kind) => `${known}-${kind}-${count}`))
    .map((option) => ({ option, distance: editDistance(machineType, option) }))
    .filter(({ distance }) => distance <= MISSPELT)
    .sort((a, b) => a.distance - b.distance)[0]?.option;
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
