import { capacity, type Environment } from "../../environments/schema";
import { type Block, resourcesOf, type StackJson } from "../../stacks/stack-json";
import { connectorLine } from "./connector";
import { byHour, byUsage, free } from "./kinds";
import { nodeLines } from "./machines";
import { hoursPerMonth, pricesDate, type RegionPrices, regionPrices } from "./prices";
import { sqlLine } from "./sql";

const gibibyte = 2 ** 30;

/** What something costs in a month, in US dollars. */
export interface CostLine {
  readonly what: string;
  /** With the nodes that an environment begins with. */
  readonly start: number;
  /** With all nodes that autoscalers may add. */
  readonly most: number;
}

/** What an environment costs in a month by list prices. */
export interface CostEstimate {
  readonly environment: string;
  readonly region: string;
  /** Day of the table of prices. */
  readonly prices: string;
  readonly lines: readonly CostLine[];
  readonly start: number;
  readonly most: number;
  /** What is charged by use, with how many of it there are and what decides. */
  readonly byUsage: readonly { readonly type: string; readonly count: number; readonly decides: string }[];
  /** What the table has no price for: the sums lack it. */
  readonly unknown: readonly string[];
}

/**
 * Estimates what an environment on Google Cloud costs.
 *
 * @param stacks its synthesized stacks
 * @throws Error for an environment elsewhere, and for a region that the table has no prices of
 */
export function estimate(environment: Environment, stacks: readonly StackJson[]): CostEstimate {
  const { target, name } = environment;
  if (target.kind !== "gke") throw new Error(`${name} runs on ${target.kind}: only Google Cloud has a price`);
  const prices = regionPrices[target.region];
  if (!prices) {
    const known = Object.keys(regionPrices).join(", ");
    throw new Error(`no prices of region ${target.region}; known: ${known}; add it to operations/cost/prices.ts`);
  }
  const resources = stacks.flatMap(resourcesOf).filter(({ type }) => type.startsWith("google_"));
  const found = [
    ...nodeLines(target, prices),
    volumesLine(environment, prices),
    ...resources.flatMap(({ type, block }) => resourceLines(type, block, prices)),
  ];
  const lines = found.flatMap((line) => ("unknown" in line ? [] : [line]));
  const counted = new Map<string, number>();
  for (const { type } of resources) counted.set(type, (counted.get(type) ?? 0) + 1);
  const types = [...counted.keys()].sort();
  return {
    environment: name,
    region: target.region,
    prices: pricesDate,
    lines,
    start: sum(lines.map(({ start }) => start)),
    most: sum(lines.map(({ most }) => most)),
    byUsage: types.flatMap((type) => {
      const decides = byUsage[type];
      return decides === undefined ? [] : [{ type, count: counted.get(type) ?? 0, decides }];
    }),
    unknown: [
      ...found.flatMap((line) => ("unknown" in line ? [line.unknown] : [])),
      ...types.flatMap((type) => {
        const hours = byHour[type];
        return hours === undefined ? [] : [`${type} (${counted.get(type) ?? 0}, ${hours})`];
      }),
      ...types.filter((type) => !isKnown(type)),
    ],
  };
}

type Priced = CostLine | { readonly unknown: string };

/** Resources with a price of their own. */
const priced: { readonly [type: string]: (block: Block, prices: RegionPrices) => Priced } = {
  google_container_cluster: (_, { clusterHour }) => always("control plane", clusterHour * hoursPerMonth),
  google_kms_crypto_key: ({ name, version_template: template }) => {
    const hsm = (template as { protection_level?: unknown } | undefined)?.protection_level === "HSM";
    return always(`key ${String(name)}`, hsm ? keyVersionMonth.hsm : keyVersionMonth.software);
  },
  google_sql_database_instance: sqlLine,
  google_vpc_access_connector: connectorLine,
};

/** Of one active version of a key. @see https://cloud.google.com/kms/pricing */
const keyVersionMonth = { hsm: 1, software: 0.06 } as const;

function resourceLines(type: string, block: Block, prices: RegionPrices): readonly Priced[] {
  const price = priced[type];
  return price ? [price(block, prices)] : [];
}

/** Nodes and node pools are priced together, by the environment. */
function isKnown(type: string): boolean {
  return (
    type in priced ||
    type in byUsage ||
    type in byHour ||
    type === "google_container_node_pool" ||
    free.some((beginning) => type.startsWith(beginning))
  );
}

function always(what: string, month: number): CostLine {
  return { what, start: month, most: month };
}

/** Volumes of pods, as services ask for them. */
function volumesLine(environment: Environment, { diskGibMonth }: RegionPrices): Priced {
  const gib = capacity(environment).total.storage / gibibyte;
  const price = diskGibMonth["pd-balanced"];
  return price === undefined
    ? { unknown: "disks of type pd-balanced (volumes)" }
    : always(`volumes of pods, ${Math.round(gib)} GiB`, gib * price);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
