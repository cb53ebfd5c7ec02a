import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endLeftovers, processIdentity } from "../../../rehearsal/cluster/leftovers";
import { assertPortsFree, freePort } from "../../../rehearsal/cluster/ports";
import { ProcessGroup, type ProcessSpec, SupervisedProcess } from "../../../rehearsal/cluster/processes";

let folder: string;
let group: ProcessGroup;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "processes-"));
  group = new ProcessGroup(join(folder, "pids"));
});

afterEach(async () => {
  await group.stop();
  await rm(folder, { recursive: true, force: true });
});

function node(name: string, script: string, more: Partial<ProcessSpec> = {}): ProcessSpec {
  return { name, command: process.execPath, args: ["-e", script], logFile: join(folder, `${name}.log`), ...more };
}

const SLEEP = "setInterval(() => {}, 1000)";
const log = (name: string): Promise<string> => readFile(join(folder, `${name}.log`), "utf8").catch(() => "");

describe("supervised process", () => {
  it("is ready when the question is answered with yes", async () => {
    let asked = 0;
    const started = await group.start(node("server", SLEEP, { ready: async () => ++asked === 3 }));
    expect(asked).toBe(3);
    expect(started.running).toBe(true);
  });

  it("names itself and shows the end of its log when it ends early", async () => {
    const start = group.start(
      node("etcd", 'console.error("disk is full"); process.exit(7)', { ready: async () => false }),
    );
    await expect(start).rejects.toThrow(/^etcd ended with exit code 7; the end of .*etcd\.log:\n {2}disk is full$/);
  });

  it("names a program that is not there", async () => {
    const start = group.start({
      name: "kwok",
      command: join(folder, "no-kwok"),
      args: [],
      logFile: join(folder, "kwok.log"),
      ready: async () => false,
    });
    await expect(start).rejects.toThrow(/^kwok could not be started: .*ENOENT/);
  });

  it("says so when it is not ready in time", async () => {
    const start = group.start(node("slow", SLEEP, { ready: async () => false, readyTimeoutMs: 200 }));
    await expect(start).rejects.toThrow(/^slow is not ready after 0.2 s/);
  });

  it("is killed when it does not listen to SIGTERM", async () => {
    const deaf = node("deaf", `process.on("SIGTERM", () => {}); console.log("up"); ${SLEEP}`, {
      graceMs: 200,
      ready: async () => (await log("deaf")).includes("up"),
    });
    const started = await group.start(deaf);
    await started.stop();
    expect(started.running).toBe(false);
    expect(await processIdentity(started.pid ?? 0)).toBeUndefined();
  });
});

describe("process group", () => {
  it("stops the last one first, and starts nothing afterwards", async () => {
    const order = join(folder, "order");
    for (const name of ["first", "second"]) {
      const script = `process.on("SIGTERM", () => { require("fs").appendFileSync(${JSON.stringify(order)}, "${name} "); process.exit() }); console.log("up"); ${SLEEP}`;
      await group.start(node(name, script, { ready: async () => (await log(name)).includes("up") }));
    }
    await group.stop();
    expect(await readFile(order, "utf8")).toBe("second first ");
    await expect(group.start(node("late", SLEEP))).rejects.toThrow("late was not started: the run is being stopped");
  });

  it("tells which member has ended by itself", async () => {
    const member = await group.launch(node("vault", "process.exit(2)"));
    await member.ended;
    await expect(group.assertRunning()).rejects.toThrow(/^vault ended with exit code 2/);
  });
});

describe("leftovers of a run that was killed", () => {
  const gone = { pid: 1, identity: "an earlier run" };

  it("are ended by the next run", async () => {
    const left = await SupervisedProcess.start(node("left", SLEEP));
    await writeFile(
      join(folder, "left.pids"),
      `${JSON.stringify({ name: "left", pid: left.pid, identity: await processIdentity(left.pid ?? 0), owner: gone })}\n{"name":"half`,
    );
    expect(await endLeftovers(join(folder, "left.pids"))).toEqual(["left"]);
    await left.ended;
    expect(await endLeftovers(join(folder, "left.pids"))).toEqual([]);
  });

  it("are noted by the group while it runs", async () => {
    const member = await group.launch(node("noted", SLEEP));
    const [record] = (await readFile(join(folder, "pids"), "utf8")).trim().split("\n");
    expect(JSON.parse(record ?? "")).toEqual({
      name: "noted",
      pid: member.pid,
      identity: expect.stringContaining("setInterval"),
      owner: { pid: process.pid, identity: expect.any(String) },
    });
  });

  it("are none while the run that started them lives, whose notes stay", async () => {
    const member = await group.launch(node("alive", SLEEP));
    expect(await endLeftovers(join(folder, "pids"))).toEqual([]);
    expect(member.running).toBe(true);
    expect(await readFile(join(folder, "pids"), "utf8")).toContain('"alive"');
  });

  it("are still known after a second run came and went", async () => {
    const record = `${JSON.stringify({ name: "first", pid: 1, identity: "x", owner: { pid: 1, identity: "first run" } })}\n`;
    await writeFile(join(folder, "pids"), record);
    await group.launch(node("second", SLEEP));
    await group.stop();
    expect(await readFile(join(folder, "pids"), "utf8")).toBe(record);
  });

  it("are left alone when the id belongs to another process now", async () => {
    const other = await group.launch(node("other", SLEEP));
    const record = { name: "old", pid: other.pid, identity: "1 /usr/bin/etcd", owner: gone };
    await writeFile(join(folder, "old.pids"), JSON.stringify(record));
    expect(await endLeftovers(join(folder, "old.pids"))).toEqual([]);
    expect(other.running).toBe(true);
  });
});

describe("ports", () => {
  it("that are taken are named with what needs them", async () => {
    const port = await freePort();
    const script = `require("net").createServer().listen(${port}, "127.0.0.1", () => console.log("up"))`;
    await group.start(node("taker", script, { ready: async () => (await log("taker")).includes("up") }));
    await expect(assertPortsFree([{ port, by: "kube-apiserver" }])).rejects.toThrow(
      `port is in use: ${port} (needed by kube-apiserver)`,
    );
  });

  it("that are free pass", async () => {
    await expect(assertPortsFree([{ port: await freePort(), by: "etcd" }])).resolves.toBeUndefined();
  });
});
