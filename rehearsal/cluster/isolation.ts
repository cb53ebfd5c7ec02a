import { spawn } from "node:child_process";
import { Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Writable } from "node:stream";
import { ClusterError } from "./cluster-error";

/** Address of the machine inside the isolated network, beside loopback. The API server proxies to pods only, never to loopback. */
export const POD_ADDRESS = "10.200.0.1";

const LIFELINE_FD = 3;
const MARKER = "TERRALAKE_ISOLATED";
/** A proxy outside cannot be reached from inside, and a client that is told of one would try it. */
const PROXY_VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "FTP_PROXY"].flatMap((n) => [n, n.toLowerCase()]);

/** Whether this machine can make namespaces; if not, why. */
export type Isolation =
  | { readonly isolated: true; readonly command: string; readonly args: readonly string[] }
  | { readonly isolated: false; readonly reason: string };

export interface RunIsolatedOptions {
  /** @default - the working folder of this process */
  readonly cwd?: string;
  /** @default - the environment of this process; proxy variables are always dropped */
  readonly env?: NodeJS.ProcessEnv;
  /** Called with each part of the inner's standard output and error. @default - both are inherited */
  readonly onOutput?: (text: string) => void;
}

/** How the inner process ended. */
export interface IsolatedResult {
  /** 0 to 255; 128 + the signal's number when a signal ended it */
  readonly exitCode: number;
}

/** An isolated run that is under way. */
export interface IsolatedRun {
  /** Process id of the outermost child, as seen from outside. */
  readonly pid: number;
  /** Asks the inner to stop everything it started and to end. */
  stop(signal?: "SIGINT" | "SIGTERM"): void;
  readonly finished: Promise<IsolatedResult>;
}

/** Tries once, in a throw-away namespace, all that an isolated run needs. */
export async function probeIsolation(): Promise<Isolation> {
  if (process.platform !== "linux") {
    return { isolated: false, reason: `network namespaces need Linux, this is ${process.platform}` };
  }
  const namespaces = ["--net", "--pid", "--fork", "--mount-proc", "--kill-child"];
  const args = process.getuid?.() === 0 ? namespaces : ["--map-root-user", ...namespaces];
  const probe = await output("unshare", [
    ...args,
    "sh",
    "-c",
    `ip link set lo up && ip addr add ${POD_ADDRESS}/32 dev lo`,
  ]);
  if (probe.code !== 0) {
    const detail = probe.text.trim().split("\n").at(-1) ?? "";
    return { isolated: false, reason: `unshare ${args.join(" ")}: ${detail || `exit code ${probe.code}`}` };
  }
  // When this process dies without a word, the kernel ends unshare, which ends the first process inside and so all others.
  const death = await output("setpriv", ["--pdeathsig", "KILL", "true"]);
  return death.code === 0
    ? { isolated: true, command: "setpriv", args: ["--pdeathsig", "KILL", "unshare", ...args] }
    : { isolated: true, command: "unshare", args };
}

/**
 * Runs a command (a Node entry that calls {@link enterIsolation} first) in network, PID and mount namespaces of its own.
 *
 * The inner holds one end of a pipe whose other end is here: if this process dies in whatever way, the inner sees the end
 * of the pipe and stops. SIGINT and SIGTERM of this process are passed on; they are not delivered twice, since the inner
 * has a session of its own.
 */
export function startIsolated(
  isolation: Isolation,
  command: string,
  args: readonly string[],
  options: RunIsolatedOptions = {},
): IsolatedRun {
  if (!isolation.isolated) throw new ClusterError(`cannot isolate: ${isolation.reason}`);
  const env: NodeJS.ProcessEnv = { ...(options.env ?? process.env), [MARKER]: "1" };
  for (const name of PROXY_VARIABLES) delete env[name];
  const stream = options.onOutput ? "pipe" : "inherit";
  const child = spawn(isolation.command, [...isolation.args, "--", command, ...args], {
    cwd: options.cwd,
    env,
    detached: true,
    stdio: ["ignore", stream, stream, "pipe"],
  });
  const { onOutput } = options;
  if (onOutput) {
    child.stdout?.on("data", (part: Buffer) => onOutput(part.toString()));
    child.stderr?.on("data", (part: Buffer) => onOutput(part.toString()));
  }
  const lifeline = child.stdio[LIFELINE_FD] as Writable;
  lifeline.on("error", () => undefined); // the inner has gone; its exit code tells why
  const stop = (signal: "SIGINT" | "SIGTERM" = "SIGTERM"): void => {
    lifeline.write(`${signal}\n`);
  };
  const onInterrupt = (): void => stop("SIGINT");
  const onTerminate = (): void => stop("SIGTERM");
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onTerminate);
  const finished = new Promise<IsolatedResult>((resolve, reject) => {
    child.on("error", (error) => reject(new ClusterError(`cannot start ${isolation.command}: ${error.message}`)));
    child.on("close", (code, signal) => resolve({ exitCode: code ?? (signal === "SIGKILL" ? 137 : 143) }));
  }).finally(() => {
    process.off("SIGINT", onInterrupt);
    process.off("SIGTERM", onTerminate);
  });
  return { pid: child.pid ?? 0, stop, finished };
}

/** {@link startIsolated} and wait for the end. */
export async function runIsolated(
  isolation: Isolation,
  command: string,
  args: readonly string[],
  options: RunIsolatedOptions = {},
): Promise<IsolatedResult> {
  return startIsolated(isolation, command, args, options).finished;
}

/** True in a process that {@link startIsolated} started. */
export function isIsolated(): boolean {
  return process.env[MARKER] === "1";
}

/**
 * First call of the inner process: brings loopback and the pod address up. `onStop` is called once, on SIGINT, on SIGTERM or
 * when the outer process is gone; it must stop what was started. Works without isolation too (then only for the signals).
 */
export async function enterIsolation(onStop: (reason: string) => void): Promise<void> {
  let stopping = false;
  const stop = (reason: string): void => {
    if (stopping) return;
    stopping = true;
    onStop(reason);
  };
  process.on("SIGINT", () => stop("SIGINT"));
  process.on("SIGTERM", () => stop("SIGTERM"));
  if (!isIsolated()) return;
  const pipe = new Socket({ fd: LIFELINE_FD, readable: true, writable: false });
  pipe.unref(); // alone it must not keep the process alive
  pipe.on("error", () => stop("the outer process ended"));
  pipe.on("end", () => stop("the outer process ended"));
  createInterface({ input: pipe }).on("line", (line) => stop(line));
  for (const args of [
    ["link", "set", "lo", "up"],
    ["addr", "add", `${POD_ADDRESS}/32`, "dev", "lo"],
  ]) {
    const result = await output("ip", args);
    if (result.code !== 0)
      throw new ClusterError(`ip ${args.join(" ")} failed inside the namespace: ${result.text.trim()}`);
  }
}

function output(command: string, args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    child.stdout.on("data", (part: Buffer) => {
      text += part.toString();
    });
    child.stderr.on("data", (part: Buffer) => {
      text += part.toString();
    });
    child.on("error", (error) => resolve({ code: 127, text: error.message }));
    child.on("close", (code) => resolve({ code: code ?? 1, text }));
  });
}
