/** What one run used. */
export interface Sample {
  /** From start to end. */
  readonly seconds: number;
  /** Processor time, user and system. */
  readonly cpuSeconds: number;
  /** Largest resident memory. */
  readonly peakMib: number;
}

/** A quantity of both programs. */
export interface Compared {
  /** Median of the program as it is. */
  readonly own: number;
  /** Median of the program that it is compared with. */
  readonly other: number;
  /** own / other */
  readonly ratio: number;
  /** What the ratio may be at most. @default - the quantity is shown only */
  readonly bound?: number;
  readonly kept: boolean;
}

/** All quantities that are compared. */
export type Comparison = Readonly<Record<keyof Sample, Compared>>;

/** What is promised: at most a sixth of the time and a fifth of the memory. */
export const bounds: Readonly<Partial<Record<keyof Sample, number>>> = { seconds: 1 / 6, peakMib: 1 / 5 };

/** Compares the medians of runs with the bounds. Throws when a program has no run. */
export function compare(own: readonly Sample[], other: readonly Sample[]): Comparison {
  const quantity = (key: keyof Sample): Compared => {
    const [mine, theirs] = [median(own.map((sample) => sample[key])), median(other.map((sample) => sample[key]))];
    const ratio = mine / theirs;
    const bound = bounds[key];
    return { own: mine, other: theirs, ratio, bound, kept: bound === undefined || ratio <= bound };
  };
  return { seconds: quantity("seconds"), cpuSeconds: quantity("cpuSeconds"), peakMib: quantity("peakMib") };
}

/** The middle value; of an even count the mean of both in the middle. Throws when there is none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  if (low === undefined || high === undefined) throw new Error("no run was measured");
  return (low + high) / 2;
}
