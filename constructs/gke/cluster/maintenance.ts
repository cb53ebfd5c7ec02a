import type { ContainerClusterMaintenancePolicy } from "@cdktf/provider-google/lib/container-cluster";

/** A weekly window in which Google may upgrade a cluster. */
export interface MaintenanceWindow {
  /** Start of the first window, RFC 3339. */
  readonly startTime: string;
  /** End of the first window, RFC 3339. */
  readonly endTime: string;
  /** Rule of repetition, RFC 5545; it must leave 48 hours in any 32 days. */
  readonly recurrence: string;
}

/** A time in which Google may not upgrade a cluster. */
export interface MaintenanceExclusion {
  readonly name: string;
  /** RFC 3339. */
  readonly startTime: string;
  /** RFC 3339; 30 days after the start at most where all upgrades are kept away. */
  readonly endTime: string;
  /** What is kept away: all upgrades, those to another minor version, or those and every upgrade of nodes. */
  readonly scope: "NO_UPGRADES" | "NO_MINOR_UPGRADES" | "NO_MINOR_OR_NODE_UPGRADES";
}

/** Days of the week as RFC 5545 names them, in the order of `Date.getUTCDay`. */
const days = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"] as const;

/** A day of the week in the words of RFC 5545. */
export type WindowDay = (typeof days)[number];

/** Milliseconds. */
const hour = 60 * 60 * 1000;

/**
 * The same hours on some days of each week, from the first of those days after the second of January 2026: a fixed day, so
 * that a synthesis has no clock.
 *
 * @param on days of the week, one at least
 * @param start `HH:MM`, UTC
 */
export function weeklyWindow(on: readonly WindowDay[], start: string, hours: number): MaintenanceWindow {
  const firsts = Array.from({ length: 7 }, (_, index) => Date.UTC(2026, 0, 3 + index));
  const first = firsts.find((date) => on.some((day) => days.indexOf(day) === new Date(date).getUTCDay())) ?? firsts[0];
  const [atHour = 0, atMinute = 0] = start.split(":").map(Number);
  const begin = (first ?? 0) + atHour * hour + (atMinute * hour) / 60;
  return {
    startTime: rfc3339(begin),
    endTime: rfc3339(begin + hours * hour),
    recurrence: `FREQ=WEEKLY;BYDAY=${on.join(",")}`,
  };
}

/** Weekends by night: 16 hours a week, of which GKE wants at least 48 in any 32 days. */
export const defaultMaintenanceWindow = weeklyWindow(["SA", "SU"], "01:00", 8);

/** GKE-10: the window, and the times that are taken from it. */
export function maintenancePolicy(
  window: MaintenanceWindow,
  exclusions: readonly MaintenanceExclusion[],
): ContainerClusterMaintenancePolicy {
  return {
    recurringWindow: window,
    maintenanceExclusion:
      exclusions.length === 0
        ? undefined
        : exclusions.map(({ name, startTime, endTime, scope }) => ({
            exclusionName: name,
            startTime,
            endTime,
            exclusionOptions: { scope },
          })),
  };
}

function rfc3339(time: number): string {
  return new Date(time).toISOString().replace(".000Z", "Z");
}
