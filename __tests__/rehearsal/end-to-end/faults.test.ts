import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { projectRoot, stateFolder } from "../../../rehearsal/paths";

const lock = join(stateFolder, "rehearsal", "lock.json");

interface Running {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly printed: () => string;
  readonly exitCode: Promise<number | null>;
}

/** Starts `terralake rehearse` as a user does; `--layers base` is enough to have everything running. */
function start(...args: string[]): Running {
  const child = spawn(join(projectRoot, "terralake"), ["rehearse", "kind", "--layers", "base", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (part: Buffer) => {
      text += part.toString();
    });
  }
  const exitCode = once(child, "close").then(([code]) => code as number | null);
  return { child, printed: () => text, exitCode };
}

async function until(running: Running, text: string): Promise<void> {
  while (!running.printed().includes(text)) {
    if (running.child.exitCode !== null) {
      throw new Error(`ended before "${text}": ${running.printed()}`);
    }
    await sleep(100);
  }
}

/** Processes of a rehearsal, by the folder that their command lines name. */
function leftRunning(): readonly string[] {
  const processes = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n");
  return processes.filter((line) => line.includes(join(stateFolder, "rehearsal", "kind")));
}

async function expectNothingRunning(): Promise<void> {
  for (let attempt = 0; attempt < 100 && leftRunning().length > 0; attempt++) {
    await sleep(200);
  }
  expect(leftRunning()).toEqual([]);
}

describe("a rehearsal that is disturbed", () => {
  afterEach(expectNothingRunning);

  it("stops everything on Ctrl-C in the middle of an apply", async () => {
    const running = start();
    await until(running, "apply kind-base ...");
    expect(leftRunning().length).toBeGreaterThan(3);
    running.child.kill("SIGINT");
    expect(await running.exitCode).toBe(130);
    expect(running.printed()).toContain("stopped");
    expect(running.printed()).not.toMatch(/^\s+at /m);
    expect(existsSync(lock)).toBe(false);
  });

  it("refuses a second one at the same time, and the first one goes on", async () => {
    const first = start();
    await until(first, "start the API server");
    const second = start();
    expect(await second.exitCode).toBe(1);
    expect(second.printed()).toMatch(/a rehearsal of kind runs already \(process \d+\): wait until it ends/);
    expect(second.printed()).not.toMatch(/^\s+at /m);
    expect(await first.exitCode).toBe(0);
  });

  it("leaves nothing running when it is killed, and works when it is started again", async () => {
    const killed = start();
    await until(killed, "apply kind-base ...");
    killed.child.kill("SIGKILL");
    await killed.exitCode;
    await expectNothingRunning();

    const again = start();
    expect(await again.exitCode).toBe(0);
    expect(again.printed()).toContain("kind-base: nothing to change");
  });
});
