import { field, list, oneOf, strict, text, wholeNumber } from "../field";
import { dnsLabel } from "../names";

/** Days of the week, in the order of `Date.getUTCDay`. */
export const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;

export type Weekday = (typeof weekdays)[number];

/** What an exclusion keeps away: everything, or all but patches of the control plane. */
export const exclusionScopes = ["no-upgrades", "no-minor-upgrades", "no-minor-or-node-upgrades"] as const;

export type ExclusionScope = (typeof exclusionScopes)[number];

/** When Google may upgrade a cluster: the same hours on some days of each week, in UTC. */
export interface Maintenance {
  readonly days: readonly Weekday[];
  /** `HH:MM`, UTC. */
  readonly start: string;
  readonly hours: number;
}

/** A time in which Google may not upgrade a cluster, such as a freeze at the end of a year. */
export interface MaintenanceExclusion {
  readonly name: string;
  /** Start, such as `2026-12-18T00:00:00Z`. */
  readonly from: string;
  /** End, such as `2027-01-04T00:00:00Z`. */
  readonly until: string;
  readonly scope: ExclusionScope;
}

/** A time in UTC to the second; a day that no calendar has is none. */
const instant = field<string>({
  accepts: (v): v is string => {
    const time = typeof v === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(v) ? Date.parse(v) : Number.NaN;
    // JavaScript reads 30 February as 2 March.
    return !Number.isNaN(time) && new Date(time).toISOString() === String(v).replace("Z", ".000Z");
  },
  allowed: "a time in UTC that is in the calendar, such as 2026-12-18T00:00:00Z",
  next: "write date, T, time to the second and Z",
});

/** When Google may upgrade the cluster, in an environment file. */
export const maintenanceInput = strict({
  days: list(oneOf(...weekdays), "days of the week"),
  start: text(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day in UTC, such as 01:00", "write hours and minutes"),
  hours: wholeNumber(1, 24),
});

/** When Google may not upgrade the cluster, in an environment file. */
export const exclusionsInput = list(
  strict({ name: dnsLabel(), from: instant, until: instant, scope: oneOf(...exclusionScopes).optional() }),
  "times",
);

/** Weekends by night: 16 hours a week. */
export const defaultMaintenance: Maintenance = { days: ["saturday", "sunday"], start: "01:00", hours: 8 };

/** Milliseconds. */
const hour = 60 * 60 * 1000;
/** Milliseconds. */
const day = 24 * hour;

/** How long Google may have to wait for maintenance, in days, and what it wants in that time. */
export const availability = { days: 32, hours: 48, shortest: 4 } as const;

interface Span {
  readonly from: number;
  readonly until: number;
}

/** The time in which maintenance has the fewest hours. */
export interface ScarcestTime {
  /** Its first day, `YYYY-MM-DD`. */
  readonly from: string;
  /** Hours in the {@link availability} days from there. */
  readonly hours: number;
}

/**
 * Finds the 32 days that leave the least time for maintenance. Pieces shorter than four hours count for nothing, and only
 * exclusions of all upgrades take time away.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions
 */
export function scarcestTime(maintenance: Maintenance, exclusions: readonly MaintenanceExclusion[]): ScarcestTime {
  const closed = exclusions
    .filter(({ scope }) => scope === "no-upgrades")
    .map(({ from, until }): Span => ({ from: Date.parse(from), until: Date.parse(until) }));
  // Any Sunday does: a window has no end, so it leaves the same time in every week without an exclusion.
  const anchor = Date.parse("2026-01-04T00:00:00Z");
  const begins = [anchor, ...closed.flatMap(({ from, until }) => daysAround(from, until))];
  const times = begins.map((begin) => ({
    from: new Date(begin).toISOString().slice(0, 10),
    hours: hoursIn({ from: begin, until: begin + availability.days * day }, maintenance, closed),
  }));
  return times.reduce((least, time) => (time.hours < least.hours ? time : least));
}

/** Days on which a time of 32 days may begin that has a part of the exclusion in it. */
function daysAround(from: number, until: number): readonly number[] {
  const first = Math.floor(from / day) - availability.days;
  const last = Math.ceil(until / day);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * day);
}

function hoursIn(time: Span, { days, start, hours }: Maintenance, closed: readonly Span[]): number {
  const [atHour = 0, atMinute = 0] = start.split(":").map(Number);
  const offset = atHour * hour + atMinute * (hour / 60);
  const starts = Array.from({ length: availability.days + 1 }, (_, index) => time.from + (index - 1) * day)
    .filter((date) => days.some((name) => weekdays.indexOf(name) === new Date(date).getUTCDay()))
    .map((date) => date + offset);
  const open = merged(starts.map((from) => ({ from, until: from + hours * hour }))).flatMap((span) =>
    without({ from: Math.max(span.from, time.from), until: Math.min(span.until, time.until) }, closed),
  );
  return open
    .map(({ from, until }) => (until - from) / hour)
    .filter((length) => length >= availability.shortest)
    .reduce((sum, length) => sum + length, 0);
}

/** Windows that touch are one. */
function merged(spans: readonly Span[]): readonly Span[] {
  const all: Span[] = [];
  for (const span of spans) {
    const before = all.at(-1);
    if (before && span.from <= before.until) {
      all[all.length - 1] = { from: before.from, until: Math.max(before.until, span.until) };
    } else {
      all.push(span);
    }
  }
  return all;
}

/** What is left of a time when others are taken from it. */
function without(span: Span, closed: readonly Span[]): readonly Span[] {
  return closed
    .reduce<readonly Span[]>(
      (left, { from, until }) =>
        left.flatMap((piece) =>
          [
            { from: piece.from, until: Math.min(piece.until, from) },
            { from: Math.max(piece.from, until), until: piece.until },
          ].filter((part) => part.until > part.from),
        ),
      [span],
    )
    .filter((piece) => piece.until > piece.from);
}
