import type { Block } from "../../stacks/stack-json";
import type { CostLine } from "./estimate";
import { hoursPerMonth, type RegionPrices } from "./prices";

/** The machine of a connector that names none: of each of its two CPUs an eighth is paid. */
const micro = { machineType: "e2-micro", cpus: 0.25, gibibytes: 1 } as const;

/**
 * What a VPC connector costs: its machines, as many as it has at least and at most.
 *
 * @see https://cloud.google.com/vpc/pricing#serverless-vpc-pricing
 */
export function connectorLine(
  { name, machine_type: machineType = micro.machineType, min_instances: least, max_instances: most }: Block,
  { machines }: RegionPrices,
): CostLine | { readonly unknown: string } {
  const { e2 } = machines;
  if (machineType !== micro.machineType || !e2 || typeof least !== "number" || typeof most !== "number") {
    return { unknown: `VPC connector of ${String(machineType)} (${String(name)})` };
  }
  const month = (micro.cpus * e2.cpuHour + micro.gibibytes * e2.gibHour) * hoursPerMonth;
  return { what: `VPC connector, ${least} to ${most} ${machineType}`, start: least * month, most: most * month };
}
