import type { Aligner, Metric } from "../metrics";

/** How urgent an alert is: whom it reaches follows from it. */
export type Severity = "critical" | "error" | "warning";

/** Series of a metric, brought to one point per period. */
interface Series {
  readonly metric: Metric;
  /** Labels that the series must have. @default every series */
  readonly labels?: Readonly<Record<string, string>>;
  readonly align: Aligner;
  /** Seconds that one point stands for; at least 60. */
  readonly period: number;
  /** @default none: a series of its own each */
  readonly reduce?: {
    readonly by: "REDUCE_SUM" | "REDUCE_MAX" | "REDUCE_MIN" | "REDUCE_MEAN";
    readonly groupBy: readonly string[];
  };
}

/** Values above or below a limit for some time. */
export interface ThresholdCondition extends Series {
  readonly kind: "threshold";
  readonly title: string;
  readonly comparison: "above" | "below";
  readonly value: number;
  /** Seconds, a multiple of 60. */
  readonly forSeconds: number;
}

/** A series that came once and comes no more. Its first point starts the watch: what never came is not missed. */
export interface AbsenceCondition extends Series {
  readonly kind: "absent";
  readonly title: string;
  /** Seconds, a multiple of 60, at most 23.5 hours. */
  readonly forSeconds: number;
}

/** A query of PromQL that answers with anything at all. */
export interface QueryCondition {
  readonly kind: "query";
  readonly title: string;
  readonly query: string;
  /** Seconds. */
  readonly forSeconds: number;
}

/** An entry in the logs. Such a condition stands alone in its alert. */
export interface LogCondition {
  readonly kind: "log";
  readonly title: string;
  /** Filter of Cloud Logging. */
  readonly filter: string;
  /** Fields of the entry that the message shows. @default none */
  readonly fields?: Readonly<Record<string, string>>;
}

/** An objective whose errors are used up too fast. */
export interface BurnCondition {
  readonly kind: "burn";
  readonly title: string;
  /** Full name of the objective. */
  readonly objective: string;
  /** Seconds back that the speed is taken of. */
  readonly window: number;
  /** How many times as fast as would last until the end of the objective's time. */
  readonly rate: number;
}

export type MetricCondition = ThresholdCondition | AbsenceCondition | QueryCondition | BurnCondition;

/** Something that a person, or a DAG, must know of. */
export interface Alert {
  /** Construct id, and heading of its runbook. */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** Any of them opens an incident, unless `all` is set. */
  readonly conditions: readonly [LogCondition] | readonly [MetricCondition, ...MetricCondition[]];
  /** Whether all conditions must hold at once. @default false */
  readonly all?: boolean;
  /** What it means, in a sentence or two. */
  readonly meaning: string;
  /** What to do, step by step. */
  readonly steps: readonly [string, ...string[]];
  /** Whether a healing DAG may act on it. @default false */
  readonly heals?: boolean;
  /**
   * Name of the log metric that counts the same entries, for charts and for audits that ask for one.
   *
   * @default - none
   */
  readonly counts?: string;
}

/** Limits of the API. @see https://cloud.google.com/monitoring/quotas#alerting_uptime_limits */
export const longestAbsence = 84_600;

/** Longest text of an alert, in characters. */
export const longestDocumentation = 8192;

/** Heading of an alert in the page of runbooks, as GitHub makes an anchor of it. */
export function runbookAnchor({ title }: Alert): string {
  return title
    .toLowerCase()
    .replace(/[^\w\s-]/g, "")
    .trim()
    .replaceAll(" ", "-");
}

/** What a notification says beside its numbers. */
export function runbookText({ meaning, steps }: Alert): string {
  return [
    "## What it means",
    "",
    meaning,
    "",
    "## What to do",
    "",
    ...steps.map((step, at) => `${at + 1}. ${step}`),
  ].join("\n");
}
