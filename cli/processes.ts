import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { descendants } from "./descendants";
import { CliError, StoppedError } from "./errors";

/** How a program is run. */
export interface RunOptions {
  readonly cwd?: string;
  /** Variables added to those of this process; undefined removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Stops the program and all that it started. */
  readonly signal?: AbortSignal;
  /** Ends the program after this time; the result then has `timedOut`. @default - no limit */
  readonly timeoutMs?: number;
  /** Called with each line of either output. */
  readonly onLine?: (line: string) => void;
  /**
   * Program below this one that is interrupted first, and waited for, when stopped: cdktf runs terraform in another
   * session and would leave it no time to save its state.
   *
   * @default - none
   */
  readonly interruptFirst?: string;
  /** Time between SIGINT, SIGTERM and SIGKILL when stopped. @default 10000 */
  readonly graceMs?: number;
}

/** What a program said and how it ended. */
export interface RunResult {
  /** Exit code; 1 when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  /** Both outputs in the order of their arrival. */
  readonly all: string;
  readonly timedOut: boolean;
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) signalGroup(child, "SIGKILL");
});

/**
 * Runs a program to its end, without standard input and in a process group of its own, so that stopping reaches all it
 * started and Ctrl-C reaches it once. Rejects with CliError when it cannot be started and StoppedError when stopped;
 * a non-zero exit code is the caller's to judge.
 */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  if (options.signal?.aborted) throw new StoppedError();
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  running.add(child);
  const output = collect(child, options.onLine);
  let timedOut = false;
  let ending: Promise<void> | undefined;
  const end = () => {
    ending ??= endGroup(child, options.graceMs ?? 10_000, options.interruptFirst);
  };
  const timer = options.timeoutMs
    ? setTimeout(() => {
        timedOut = true;
        end();
      }, options.timeoutMs)
    : undefined;
  options.signal?.addEventListener("abort", end, { once: true });
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once("error", (error) => reject(new CliError(`${command} cannot be started: ${error.message}`)));
      child.once("close", (exit) => resolve(exit ?? 1));
    });
    await ending;
    if (options.signal?.aborted) throw new StoppedError();
    return { code, ...output(), timedOut };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", end);
    running.delete(child);
  }
}

/** How {@link runTool} runs a program. */
export interface ToolOptions {
  /** Told each line that says something. */
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
  /** Time between SIGINT, SIGTERM and SIGKILL when stopped. @default 10000 */
  readonly graceMs?: number;
  /** What to do when it failed. @default - its output says it */
  readonly advice?: string;
}

/** Runs a program that people know and reports what it says; throws CliError when it fails. */
export async function runTool(
  name: string,
  args: readonly string[],
  { report, signal, graceMs, advice }: ToolOptions,
): Promise<void> {
  const onLine = (line: string) => void (line.trim() !== "" && report(line.trim()));
  const result = await run(name, args, { signal, graceMs, onLine });
  if (result.code === 0) return;
  const next = advice === undefined ? "" : `; ${advice}`;
  throw new CliError(`${name} ${args[0]} failed (exit code ${result.code}); its output is above${next}`, 1, result.all);
}

/** The full path of a program on PATH, or nothing. */
export function onPath(name: string, path: string = process.env.PATH ?? ""): string | undefined {
  for (const folder of path.split(delimiter)) {
    if (folder === "") continue;
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // Not here: the next folder.
    }
  }
  return undefined;
}

function collect(child: ChildProcess, onLine?: (line: string) => void): () => { stdout: string; all: string } {
  const stdout: string[] = [];
  const all: string[] = [];
  for (const [stream, isStdout] of [
    [child.stdout, true],
    [child.stderr, false],
  ] as const) {
    let rest = "";
    stream?.setEncoding("utf8");
    stream?.on("data", (chunk: string) => {
      if (isStdout) stdout.push(chunk);
      all.push(chunk);
      const lines = (rest + chunk).split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines) onLine?.(line);
    });
    stream?.on("end", () => {
      if (rest !== "") onLine?.(rest);
    });
  }
  return () => ({ stdout: stdout.join(""), all: all.join("") });
}

/** Asks a group to end, then insists; returns when none of it is left. */
async function endGroup(child: ChildProcess, graceMs: number, interruptFirst?: string): Promise<void> {
  if (interruptFirst && child.pid !== undefined) await interrupt(await descendants(child.pid, interruptFirst), graceMs);
  let closed = false;
  child.once("close", () => {
    closed = true;
  });
  for (const name of ["SIGINT", "SIGTERM", "SIGKILL"] as const) {
    if (!signalGroup(child, name)) return;
    // Whoever is left once the outputs are closed is a zombie or a straggler; neither is worth the full wait.
    const wait = () => (closed || name === "SIGKILL" ? Math.min(graceMs, 1000) : graceMs);
    const since = Date.now();
    while (Date.now() - since < wait()) {
      if (!signalGroup(child, 0)) return;
      await sleep(50);
    }
  }
}

/** Interrupts processes and waits until they have ended, or the time is over. */
async function interrupt(pids: readonly number[], graceMs: number): Promise<void> {
  const left = () => pids.filter((pid) => send(pid, 0));
  for (const pid of left()) send(pid, "SIGINT");
  for (const since = Date.now(); Date.now() - since < graceMs && left().length > 0; ) await sleep(50);
}

/** Sends a signal to a group; false when nobody of it is left. */
function signalGroup(child: ChildProcess, name: NodeJS.Signals | 0): boolean {
  return child.pid !== undefined && send(-child.pid, name);
}

/** Sends a signal to a process, or to a group by its negative number; false when there is none. */
function send(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}
