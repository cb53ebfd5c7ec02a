import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { certificateReloader } from "../../../../constructs/vault/server/certificate-reloader";
import { distributions } from "../../../../constructs/vault/server/distribution";
import { small } from "../../../support/test-stack";

const { command, env } = certificateReloader("image", distributions.vault, small) as {
  command: string[];
  env: { name: string; value: string }[];
};
const script = command[2] ?? "";

let folder: string;
let running: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "terralake-reloader-"));
  running = [];
  for (const file of ["tls.crt", "tls.key"]) writeFileSync(join(folder, file), "first");
});

afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** Stands for the server: writes its process id as Vault does, and a line for each SIGHUP. */
async function startServer(): Promise<void> {
  writeFileSync(join(folder, "signals"), "");
  const server = spawn("sh", [
    "-c",
    `trap 'echo hup >> ${folder}/signals' HUP; printf %s $$ > ${folder}/pid; while true; do sleep 0.05; done`,
  ]);
  running.push(server);
  await until(() => read("pid") === String(server.pid));
}

function startReloader(program = "sh"): void {
  running.push(
    spawn("sh", ["-c", script], {
      env: { ...process.env, TLS_FOLDER: folder, PID_FILE: join(folder, "pid"), PROGRAM: program, INTERVAL: "0.05" },
    }),
  );
}

function read(file: string): string {
  const { stdout } = spawnSync("cat", [join(folder, file)]);
  return stdout.toString();
}

const signals = () => read("signals").split("\n").filter(Boolean).length;

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!condition() && Date.now() < deadline) await sleep(20);
  expect(condition()).toBe(true);
}

/** Rounds of the script that nothing may come of. */
const someRounds = () => sleep(400);

describe("the script that tells a server of its certificate", () => {
  it("tells it once of what is there and once of each change", async () => {
    await startServer();
    startReloader();
    await until(() => signals() === 1);
    writeFileSync(join(folder, "tls.crt"), "second");
    await until(() => signals() === 2);
    writeFileSync(join(folder, "tls.key"), "second");
    await until(() => signals() === 3);
    await someRounds();
    expect(signals()).toBe(3);
  });

  it("waits for a server that has not written its process id yet", async () => {
    startReloader();
    await someRounds();
    expect(running.map(({ exitCode }) => exitCode)).toEqual([null]);
    await startServer();
    await until(() => signals() === 1);
  });

  it("leaves another program alone that has the id of a server that died", async () => {
    await startServer();
    startReloader("vault");
    await someRounds();
    expect(signals()).toBe(0);
  });

  it("is looked at at least every minute, in the process name of each distribution", () => {
    const value = (of: typeof env, name: string) => of.find((variable) => variable.name === name)?.value;
    expect(Number(value(env, "INTERVAL"))).toBeLessThanOrEqual(60);
    expect(value(env, "PROGRAM")).toBe("vault");
    const bao = certificateReloader("image", distributions.openbao, small) as { env: typeof env };
    expect(value(bao.env, "PROGRAM")).toBe("bao");
  });

  it("is a script that a shell can read", () => {
    writeFileSync(join(folder, "script"), script);
    execFileSync("sh", ["-n", join(folder, "script")]);
    expect(readFileSync(join(folder, "script"), "utf8")).toContain("kill -HUP");
  });
});
