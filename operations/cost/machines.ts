import { type GkeTarget, type NodePool, parseBytes, parseCpu } from "../../environments/schema";
import type { CostLine } from "./estimate";
import { hoursPerMonth, natNodesCharged, type RegionPrices } from "./prices";

const gibibyte = 2 ** 30;

/** What the nodes of an environment cost, with their boot disks and their way out; undefined prices are named. */
export function nodeLines(
  target: GkeTarget,
  prices: RegionPrices,
): readonly (CostLine | { readonly unknown: string })[] {
  const pools = target.nodePools.map((pool) => ({ pool, ...nodesOf(pool, target.zones.length) }));
  return [
    ...pools.flatMap(({ pool, start, most }) => [
      machineLine(pool, start, most, prices),
      diskLine(pool, start, most, prices),
    ]),
    {
      what: "NAT for nodes",
      start: nat(
        pools.map(({ start }) => start),
        prices,
      ),
      most: nat(
        pools.map(({ most }) => most),
        prices,
      ),
    },
  ];
}

/** Nodes of a pool at the start and at most, in all zones. */
export function nodesOf({ count, maxCount, limits }: NodePool, zones: number) {
  return limits === "total" ? { start: count, most: maxCount } : { start: count * zones, most: maxCount * zones };
}

function machineLine(pool: NodePool, start: number, most: number, { machines }: RegionPrices) {
  const { name, machineType, spot } = pool;
  const series = machineType.slice(0, machineType.indexOf("-"));
  const price = machines[series];
  if (!price) return { unknown: `machines of series ${series} (pool ${name})` };
  const cpus = parseCpu(pool.cpu) / 1000;
  const memory = parseBytes(pool.memory) / gibibyte;
  const [cpuHour, gibHour] = spot ? [price.spotCpuHour, price.spotGibHour] : [price.cpuHour, price.gibHour];
  const month = (cpus * cpuHour + memory * gibHour) * hoursPerMonth;
  const kind = spot ? "spot nodes" : "nodes";
  return {
    what: `${kind} ${machineType} (pool ${name}, ${start} to ${most})`,
    start: start * month,
    most: most * month,
  };
}

function diskLine({ name, diskType, diskSizeGib }: NodePool, start: number, most: number, prices: RegionPrices) {
  const price = prices.diskGibMonth[diskType];
  if (price === undefined) return { unknown: `disks of type ${diskType} (pool ${name})` };
  const month = diskSizeGib * price;
  return { what: `boot disks ${diskType} (pool ${name})`, start: start * month, most: most * month };
}

function nat(nodes: readonly number[], { natVmHour }: RegionPrices): number {
  const all = nodes.reduce((sum, each) => sum + each, 0);
  return Math.min(all, natNodesCharged) * natVmHour * hoursPerMonth;
}
