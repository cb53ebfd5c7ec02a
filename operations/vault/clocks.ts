/** Difference of clocks that tokens of ten minutes bear, in seconds; Vault itself allows for 150. */
const toleratedSeconds = 30;

/** Clocks to compare; one that is not told is left out. */
export interface Clocks {
  readonly here: Date;
  readonly apiServer?: Date;
  readonly vault?: Date;
}

/**
 * Which clocks differ and by how much, one sentence each, without a full stop; none when they agree.
 *
 * HTTP tells the time in whole seconds, and an answer takes its time: what is less than half a minute is no difference.
 */
export function clockDifferences({ here, apiServer, vault }: Clocks): readonly string[] {
  const compare = (name: string, clock: Date | undefined, otherName: string, other: Date | undefined): string[] => {
    if (clock === undefined || other === undefined) return [];
    const seconds = Math.round((clock.getTime() - other.getTime()) / 1000);
    if (Math.abs(seconds) < toleratedSeconds) return [];
    return [
      `the clock of ${name} is ${duration(Math.abs(seconds))} ${seconds > 0 ? "ahead of" : "behind"} ${otherName}`,
    ];
  };
  return [
    ...compare("the API server", apiServer, "this machine's", here),
    ...compare("Vault", vault, "the API server's", apiServer),
    ...(apiServer === undefined ? compare("Vault", vault, "this machine's", here) : []),
  ];
}

function duration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .slice(0, 2)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}
