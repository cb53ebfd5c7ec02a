import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Isolation, startIsolated } from "../../../rehearsal/cluster/isolation";

const entry = (name: string): readonly string[] => ["--import", "tsx", join(__dirname, "fixtures", name)];
const isolation = JSON.parse(execFileSync(process.execPath, entry("probe.ts"), { encoding: "utf8" })) as Isolation;
const possible = isolation.isolated ? it : it.skip;
const unless = isolation.isolated ? "" : ` (skipped: ${isolation.reason})`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isolation-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function start(...args: readonly string[]): { readonly child: ChildProcess; readonly output: () => string } {
  const child = spawn(process.execPath, [...entry("outer.ts"), ...args], {
    env: { ...process.env, HTTPS_PROXY: "http://proxy.example:3128" },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (part: Buffer) => {
      output += part.toString();
    });
  }
  return { child, output: () => output };
}

const ended = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.on("close", resolve));

async function until(question: () => boolean): Promise<boolean> {
  for (let i = 0; i < 200; i++) {
    if (question()) return true;
    await sleep(50);
  }
  return false;
}

/** Processes of this machine whose command line holds the mark; a zombie has no command line. */
function running(mark: string): readonly string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(mark);
    } catch {
      return false;
    }
  });
}

describe(`isolated run${unless}`, () => {
  possible("reaches itself, and nothing on the machine outside", async () => {
    const listener = createServer();
    const port = await new Promise<number>((resolve) => {
      listener.listen(0, "127.0.0.1", () => resolve((listener.address() as { port: number }).port));
    });
    const { child, output } = start("reach", String(port));
    const code = await ended(child);
    listener.close();
    expect(JSON.parse(output())).toEqual({ isolated: true, inside: "reached", outside: "ECONNREFUSED", proxy: "none" });
    expect(code).toBe(0);
  });

  possible("leaves no process when the outer one is killed", async () => {
    const mark = randomUUID();
    const { child, output } = start("wait", mark, join(folder, "killed.log"));
    expect(await until(() => output().includes("waiting"))).toBe(true);
    expect(running(mark).length).toBeGreaterThan(1);
    child.kill("SIGKILL");
    expect(await until(() => running(mark).length === 0)).toBe(true);
  });

  possible.each(["SIGINT", "SIGTERM"] as const)(
    "stops its children and ends when the outer one gets %s",
    async (signal) => {
      const mark = randomUUID();
      const { child, output } = start("wait", mark, join(folder, `${signal}.log`));
      expect(await until(() => output().includes("waiting"))).toBe(true);
      child.kill(signal);
      expect(await ended(child)).toBe(3);
      expect(output()).toContain(`stopped by ${signal}`);
      expect(running(mark)).toEqual([]);
    },
  );

  it("is refused with the reason where no namespace can be made", () => {
    expect(() => startIsolated({ isolated: false, reason: "network namespaces need Linux" }, "node", [])).toThrow(
      "cannot isolate: network namespaces need Linux",
    );
  });
});
