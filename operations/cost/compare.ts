import type { CostEstimate, CostLine } from "./estimate";

/** A line that another estimate has otherwise. */
export interface CostChange {
  readonly what: string;
  /** Absent where the line is new. */
  readonly before?: CostLine;
  /** Absent where the line is gone. */
  readonly after?: CostLine;
}

/** What changes from one estimate of an environment to another. */
export interface CostDelta {
  readonly start: number;
  readonly most: number;
  readonly changes: readonly CostChange[];
}

/** Half a cent: less is rounding. */
const negligible = 0.005;

/** Compares an estimate with an earlier one, line by line. */
export function compareCosts(before: CostEstimate, after: CostEstimate): CostDelta {
  const names = [...new Set([...before.lines, ...after.lines].map(({ what }) => what))];
  const changes = names.map((what) => ({ what, before: total(before, what), after: total(after, what) }));
  return {
    start: after.start - before.start,
    most: after.most - before.most,
    changes: changes
      .filter(({ before: was, after: is }) => differ(was?.start, is?.start) || differ(was?.most, is?.most))
      .map(({ what, before: was, after: is }) => ({ what, ...(was && { before: was }), ...(is && { after: is }) })),
  };
}

function total({ lines }: CostEstimate, what: string): CostLine | undefined {
  const same = lines.filter((line) => line.what === what);
  const sum = (key: "start" | "most") => same.reduce((all, line) => all + line[key], 0);
  return same.length === 0 ? undefined : { what, start: sum("start"), most: sum("most") };
}

function differ(a: number | undefined, b: number | undefined): boolean {
  return a === undefined || b === undefined || Math.abs(a - b) > negligible;
}
