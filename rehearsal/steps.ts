import { send } from "./messages";
import type { Timings } from "./result";

/** Shows the steps of a rehearsal to the part outside, and remembers what was shown and how long parts took. */
export class Steps {
  private readonly shown: string[] = [];
  private readonly seconds = new Map<keyof Timings, number>();

  /** @param signal ends the rehearsal before its next step */
  constructor(private readonly signal: AbortSignal) {}

  async step<Result>(title: string, run: (line: (text: string) => void) => Promise<Result>): Promise<Result> {
    this.signal.throwIfAborted();
    this.shown.push(title);
    send({ type: "step-begins", title });
    const result = await run((line) => {
      this.shown.push(line);
      send({ type: "line", line });
    });
    send({ type: "step-ends" });
    return result;
  }

  async timed<Result>(part: keyof Timings, run: () => Promise<Result>): Promise<Result> {
    const started = Date.now();
    const result = await run();
    this.seconds.set(part, (Date.now() - started) / 1000);
    return result;
  }

  /** Titles and lines so far, for the search for leaks. */
  get printed(): readonly string[] {
    return this.shown;
  }

  /** Seconds of each part; 0 for one that has not been. */
  get timings(): Timings {
    const seconds = (part: keyof Timings) => this.seconds.get(part) ?? 0;
    return {
      start: seconds("start"),
      apply: seconds("apply"),
      secondPlan: seconds("secondPlan"),
      proofs: seconds("proofs"),
      switchOff: seconds("switchOff"),
      destroy: seconds("destroy"),
    };
  }
}
