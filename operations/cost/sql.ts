import type { Block } from "../../stacks/stack-json";
import type { CostLine } from "./estimate";
import { hoursPerMonth, type RegionPrices } from "./prices";

const mebibytesPerGib = 1024;

/**
 * What an instance of Cloud SQL costs, of edition Enterprise and with a machine of its own (`db-custom-<cpus>-<MiB>`).
 *
 * @see https://cloud.google.com/sql/pricing
 */
export function sqlLine({ name, settings }: Block, { sql }: RegionPrices): CostLine | { readonly unknown: string } {
  const given = settings as { tier?: unknown; availability_type?: unknown; disk_size?: unknown; edition?: unknown };
  const [, cpus, mebibytes] = /^db-custom-(\d+)-(\d+)$/.exec(String(given.tier)) ?? [];
  if (cpus === undefined || given.edition === "ENTERPRISE_PLUS") {
    return {
      unknown: `Cloud SQL ${String(given.tier)} ${String(given.edition ?? "")} (${String(name)})`.replace("  ", " "),
    };
  }
  const zones = given.availability_type === "REGIONAL" ? 2 : 1;
  const gib = Number(mebibytes) / mebibytesPerGib;
  const hour = Number(cpus) * sql.cpuHour + gib * sql.gibHour;
  const disk = Number(given.disk_size ?? 0) * sql.ssdGibMonth;
  const month = zones * (hour * hoursPerMonth + disk);
  return {
    what: `Cloud SQL ${String(given.tier)} in ${zones} ${zones === 1 ? "zone" : "zones"}`,
    start: month,
    most: month,
  };
}
