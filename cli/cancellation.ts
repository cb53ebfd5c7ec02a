const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type StopSignal = keyof typeof codes;

/** What stops a run, and whether it was stopped. */
export interface Cancellation {
  /** Aborted by the first Ctrl-C (or SIGTERM, SIGHUP). */
  readonly signal: AbortSignal;
  /** Exit code of a stopped run (130 after Ctrl-C), nothing while it goes on. */
  readonly stopCode: () => number | undefined;
}

/**
 * Listens for Ctrl-C and its relatives. The first one aborts, so that what was started can end in order; the second one
 * calls `giveUp` with the exit code.
 */
export function listenForStop(giveUp: (code: number) => void): Cancellation {
  const controller = new AbortController();
  let stopCode: number | undefined;
  for (const name of Object.keys(codes) as StopSignal[]) {
    process.on(name, () => {
      if (stopCode !== undefined) return giveUp(stopCode);
      stopCode = codes[name];
      controller.abort();
    });
  }
  return { signal: controller.signal, stopCode: () => stopCode };
}
