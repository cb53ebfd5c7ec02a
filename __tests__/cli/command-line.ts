import { type ChildProcess, spawn } from "node:child_process";
import { projectRoot } from "../../rehearsal/paths";

// Each run starts Node.js anew and some synthesize: on a busy machine that takes longer than jest's five seconds.
jest.setTimeout(60_000);

/** What a run of the command line printed and how it ended. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run that goes on. */
export interface Started {
  readonly child: ChildProcess;
  readonly outcome: Promise<Outcome>;
}

/** Starts cli/main.ts as a user's shell would; variables set to undefined are removed. */
export function start(args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}): Started {
  const child = spawn(process.execPath, ["--import", "tsx", "cli/main.ts", ...args], {
    cwd: projectRoot,
    env: { ...process.env, KUBECONFIG: undefined, FORCE_COLOR: undefined, NO_COLOR: undefined, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { child, outcome: collect(child) };
}

/** Runs cli/main.ts to its end. */
export function terralake(args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}) {
  return start(args, env).outcome;
}

/** Waits for the end of a process and what it printed. */
export function collect(child: ChildProcess): Promise<Outcome> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
  });
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** Whether a text shows where in the code an error came from, which no user should see. */
export function hasStackTrace(text: string): boolean {
  return /^\s+at .+:\d+/m.test(text);
}
