import { spawn } from "node:child_process";
import type { IsolatedResult, IsolatedRun, RunIsolatedOptions } from "./cluster/isolation";

/** Runs the inner part without namespaces, on systems that have none; it stops by signal only. */
export function startHere(command: string, args: readonly string[], options: RunIsolatedOptions): IsolatedRun {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { onOutput } = options;
  child.stdout.on("data", (part: Buffer) => onOutput?.(part.toString()));
  child.stderr.on("data", (part: Buffer) => onOutput?.(part.toString()));
  const finished = new Promise<IsolatedResult>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ exitCode: code ?? 1 }));
  });
  return { pid: child.pid ?? 0, stop: (signal = "SIGTERM") => child.kill(signal), finished };
}
