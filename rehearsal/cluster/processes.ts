import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ClusterError } from "./cluster-error";
import { forgetProcesses, recordProcess } from "./leftovers";

/** A process to run until it is stopped. */
export interface ProcessSpec {
  /** Name in messages, for example "kube-apiserver". */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to the environment of this process; undefined removes a variable. @default - nothing is added */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @default - the working folder of this process */
  readonly cwd?: string;
  /** Standard output and error are appended here. */
  readonly logFile: string;
  /** Asked every 100 ms; the process is ready when it answers true (a rejection counts as false). @default - ready at once */
  readonly ready?: () => Promise<boolean>;
  /** @default 60000 */
  readonly readyTimeoutMs?: number;
  /** Time between SIGTERM and SIGKILL. @default 10000 */
  readonly graceMs?: number;
}

const TAIL_LINES = 15;

/** One child process with its log. */
export class SupervisedProcess {
  readonly name: string;
  readonly logFile: string;
  /** Settles when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  private outcome: string | undefined;
  private stopping = false;

  private constructor(
    private readonly spec: ProcessSpec,
    private readonly child: ChildProcess,
  ) {
    this.name = spec.name;
    this.logFile = spec.logFile;
    this.ended = new Promise((resolve) => {
      child.once("error", (error) => {
        this.outcome ??= `could not be started: ${error.message}`;
        resolve();
      });
      child.once("exit", (code, signal) => {
        this.outcome ??= signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
        resolve();
      });
    });
  }

  /** Starts a process; it has its own session, so that Ctrl-C in a terminal does not reach it before us. */
  static async start(spec: ProcessSpec): Promise<SupervisedProcess> {
    await mkdir(dirname(spec.logFile), { recursive: true });
    const log = await open(spec.logFile, "a", 0o600);
    try {
      const child = spawn(spec.command, spec.args, {
        cwd: spec.cwd,
        env: { ...process.env, ...spec.env },
        detached: true,
        stdio: ["ignore", log.fd, log.fd],
      });
      return new SupervisedProcess(spec, child);
    } finally {
      await log.close();
    }
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get running(): boolean {
    return this.outcome === undefined;
  }

  /** @throws ClusterError that names the process and ends with the last lines of its log, when it has ended by itself */
  async assertRunning(): Promise<void> {
    if (this.running || this.stopping) return;
    throw new ClusterError(`${this.name} ${this.outcome}${await this.tail()}`);
  }

  /** Waits until the process is ready. @throws ClusterError when it ends before, or is not ready in time */
  async waitReady(): Promise<void> {
    const { ready, readyTimeoutMs = 60_000 } = this.spec;
    const deadline = Date.now() + readyTimeoutMs;
    while (ready) {
      await this.assertRunning();
      if (this.stopping) throw new ClusterError(`${this.name} was stopped before it was ready`);
      if (await ready().catch(() => false)) break;
      if (Date.now() > deadline) {
        throw new ClusterError(`${this.name} is not ready after ${readyTimeoutMs / 1000} s${await this.tail()}`);
      }
      await sleep(100);
    }
    await this.assertRunning();
  }

  /** SIGTERM, and SIGKILL when that was not enough. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (!this.running) return;
    this.child.kill("SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), this.spec.graceMs ?? 10_000);
    await this.ended;
    clearTimeout(timer);
  }

  private async tail(): Promise<string> {
    const text = await readFile(this.logFile, "utf8").catch(() => "");
    const lines = text.trimEnd().split("\n").slice(-TAIL_LINES);
    return text.trim() === ""
      ? ` (its log ${this.logFile} is empty)`
      : `; the end of ${this.logFile}:\n  ${lines.join("\n  ")}`;
  }
}

/** Processes that end together, the last one started first. */
export class ProcessGroup {
  private readonly members: SupervisedProcess[] = [];
  private stopped = false;

  /**
   * @param pidsFile where running processes are noted, for {@link endLeftovers} of a later run. Not needed in a namespace,
   *   which takes all of them with it.
   */
  constructor(private readonly pidsFile?: string) {}

  /** Starts a process and waits until it is ready. */
  async start(spec: ProcessSpec): Promise<SupervisedProcess> {
    const member = await this.launch(spec);
    await member.waitReady();
    return member;
  }

  /** Starts a process without waiting; it is stopped with the group in any case. */
  async launch(spec: ProcessSpec): Promise<SupervisedProcess> {
    if (this.stopped) throw new ClusterError(`${spec.name} was not started: the run is being stopped`);
    const member = await SupervisedProcess.start(spec);
    this.members.push(member);
    if (this.pidsFile && member.pid !== undefined) await recordProcess(this.pidsFile, spec.name, member.pid);
    // stop() may have run while the process was being started.
    if (this.stopped) await member.stop();
    return member;
  }

  /** @throws ClusterError when a process of the group has ended by itself */
  async assertRunning(): Promise<void> {
    for (const member of this.members) await member.assertRunning();
  }

  /** Stops all, last started first. May be called again. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const member of [...this.members].reverse()) await member.stop();
    if (this.pidsFile) await forgetProcesses(this.pidsFile);
  }
}
