import { StoppedError } from "./errors";
import { colors } from "./output";

/** One step of a longer run. */
export interface Task {
  /** What is being done, as a user would say it ("start the API server"). */
  readonly title: string;
  /** Does it; `report` shows one line about what goes on. Rejects when it failed. */
  run(report: (line: string) => void): Promise<void>;
}

/** Where progress goes and how. */
export interface ProgressOptions {
  /**
   * Stream for the lines; results stay alone on standard output.
   *
   * @default process.stderr
   */
  readonly stream?: NodeJS.WriteStream;
  /**
   * Shows a failed task as failed and goes on with the next one; the caller keeps the error.
   *
   * @default false
   */
  readonly goOn?: boolean;
}

/**
 * Runs tasks one after another and shows them: live on a terminal, as plain lines elsewhere. Stops at the first task
 * that fails, with its error; throws StoppedError before the next task once the signal is aborted.
 */
export async function runTasks(
  tasks: readonly Task[],
  signal: AbortSignal,
  options: ProgressOptions = {},
): Promise<void> {
  const stream = options.stream ?? process.stderr;
  const goOn = options.goOn ?? false;
  if (stream.isTTY) await runLive(tasks, signal, stream, goOn);
  else await runPlain(tasks, signal, stream, goOn);
  throwIfStopped(signal);
}

/** Shows a run whose steps are known only as it goes on. */
export interface Report {
  /** Runs one step, shows it while it runs and returns what it returns. */
  step<Result>(title: string, run: (report: (line: string) => void) => Promise<Result>): Promise<Result>;
}

/** Makes a {@link Report} that shows each step as {@link runTasks} does. */
export function steps(signal: AbortSignal, options: ProgressOptions = {}): Report {
  return {
    async step<Result>(title: string, run: (report: (line: string) => void) => Promise<Result>): Promise<Result> {
      const results: Result[] = [];
      const task: Task = { title, run: async (report) => void results.push(await run(report)) };
      await runTasks([task], signal, options);
      return results[0] as Result;
    },
  };
}

async function runPlain(
  tasks: readonly Task[],
  signal: AbortSignal,
  stream: NodeJS.WriteStream,
  goOn: boolean,
): Promise<void> {
  for (const task of tasks) {
    throwIfStopped(signal);
    const started = Date.now();
    stream.write(`${task.title} ...\n`);
    const sayStopping = () => void stream.write(`  ${stopping}\n`);
    signal.addEventListener("abort", sayStopping, { once: true });
    try {
      await task.run((line) => stream.write(`  ${line}\n`));
    } catch (error) {
      stream.write(`${signal.aborted ? "stopped" : "failed"}: ${task.title} (${seconds(started)})\n`);
      if (goOn && !signal.aborted) continue;
      throw error;
    } finally {
      signal.removeEventListener("abort", sayStopping);
    }
    stream.write(`done: ${task.title} (${seconds(started)})\n`);
  }
}

async function runLive(
  tasks: readonly Task[],
  signal: AbortSignal,
  stream: NodeJS.WriteStream,
  goOn: boolean,
): Promise<void> {
  const { Listr, ListrLogger, ProcessOutput } = await import("listr2");
  const list = new Listr(
    tasks.map((task) => ({
      title: task.title,
      task: async (_context: unknown, handle: { title: string; output: string }) => {
        throwIfStopped(signal);
        const started = Date.now();
        const sayStopping = () => {
          handle.output = stopping;
        };
        signal.addEventListener("abort", sayStopping, { once: true });
        await task
          .run((line) => {
            if (!signal.aborted) handle.output = line;
          })
          .finally(() => signal.removeEventListener("abort", sayStopping));
        handle.title = `${task.title} ${colors.dim(`(${seconds(started)})`)}`;
      },
    })),
    {
      exitOnError: !goOn,
      registerSignalListeners: false, // Ctrl-C is handled in one place, cli/cancellation.ts
      rendererOptions: {
        showErrorMessage: false, // the error is printed once, at the end
        collapseSubtasks: false,
        logger: new ListrLogger({ processOutput: new ProcessOutput(stream, stream) }),
      },
    },
  );
  await list.run();
}

/** Said at the first Ctrl-C: what was started may need some seconds to end in order. */
const stopping = "stopping; Ctrl-C again kills at once";

function throwIfStopped(signal: AbortSignal): void {
  if (signal.aborted) throw new StoppedError();
}

function seconds(started: number): string {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}
