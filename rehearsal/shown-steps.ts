/** Where a rehearsal shows what it does. */
export interface Report {
  /** Runs one step, shows it while it runs and returns what it returns. */
  step<Result>(title: string, run: (report: (line: string) => void) => Promise<Result>): Promise<Result>;
}

/** A step of the part inside, as far as it was told. */
interface Step {
  readonly title: string;
  readonly lines: string[];
  show?: (line: string) => void;
  readonly ended: Promise<void>;
  readonly end: (error?: Error) => void;
}

/** Shows steps that another process tells of, one after another and in their order, however fast they are told. */
export class ShownSteps {
  private last: Promise<unknown> = Promise.resolve();
  private current: Step | undefined;

  constructor(private readonly report: Report) {}

  begin(title: string): void {
    let end: (error?: Error) => void = () => undefined;
    const ended = new Promise<void>((resolve, reject) => {
      end = (error) => (error ? reject(error) : resolve());
    });
    // Its failure is shown by the report, which may not have come to it yet.
    ended.catch(() => undefined);
    const step: Step = { title, lines: [], ended, end };
    this.current = step;
    this.last = this.last.then(() => this.show(step)).catch(() => undefined);
  }

  line(text: string): void {
    if (this.current?.show) {
      this.current.show(text);
    } else {
      this.current?.lines.push(text);
    }
  }

  end(): void {
    this.current?.end();
    this.current = undefined;
  }

  /** Ends the step that is still open, if any, and waits until all is shown. */
  async finish(error: Error | undefined): Promise<void> {
    this.current?.end(error);
    await this.last;
  }

  private show(step: Step): Promise<void> {
    return this.report.step(step.title, (show) => {
      for (const text of step.lines) {
        show(text);
      }
      step.show = show;
      return step.ended;
    });
  }
}
