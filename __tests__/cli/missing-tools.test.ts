import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasStackTrace, start, terralake } from "./command-line";

const folder = mkdtempSync(join(tmpdir(), "terralake-tools-"));
const nothing = {
  PATH: join(folder, "empty"),
  HOME: folder,
  TERRALAKE_CACHE: join(folder, "cache"),
  TERRALAKE_TERRAFORM: undefined,
};

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder for PATH with programs made of shell lines. */
function pathWith(name: string, programs: Readonly<Record<string, string>>): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  for (const [program, script] of Object.entries(programs)) {
    writeFileSync(join(path, program), `#!/bin/sh\n${script}\n`);
    chmodSync(join(path, program), 0o755);
  }
  return path;
}

test("doctor names every missing tool with how to get it, and fails", async () => {
  const { code, stdout, stderr } = await terralake(["doctor", "kind"], nothing);
  expect(stderr).toBe("");
  expect(code).toBe(1);
  expect(stdout).toMatch(/docker or podman +missing +- +https:/);
  expect(stdout).toMatch(/kind +missing +- +https:\/\/kind\.sigs\.k8s\.io/);
  expect(stdout).toMatch(/terraform +missing/);
  expect(stdout).toMatch(/missing for kind: .*docker or podman.*kind.*terraform/);
});

test("doctor succeeds when all that the environment needs is there", async () => {
  const path = pathWith("complete", {
    npm: "echo 11.0.0",
    docker: "echo 28.2.2",
    kind: "echo 'kind v0.31.0 go1.25.5 linux/amd64'",
    terraform: "echo 'Terraform v1.14.2'",
  });
  const { code, stdout } = await terralake(["doctor", "kind"], { ...nothing, PATH: path });
  expect(stdout).toMatch(/terraform +ok +1\.14\.2/);
  expect(stdout).toMatch(/kind +ok +0\.31\.0/);
  expect(stdout).toContain("everything that kind needs is there");
  expect(code).toBe(0);
});

test("doctor does not take a docker for running whose engine does not answer", async () => {
  const path = pathWith("asleep", { docker: "echo 'Cannot connect to the Docker daemon' >&2; exit 1" });
  const { code, stdout } = await terralake(["doctor", "minikube"], { ...nothing, PATH: path });
  expect(stdout).toMatch(/docker or podman +missing .*its engine does not answer; start it/);
  expect(code).toBe(1);
});

test("up without a container engine says what is missing and names rehearse", async () => {
  const { code, stdout, stderr } = await terralake(["up", "kind"], nothing);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^error: cannot make the cluster of kind: no container engine runs .* kind is not on PATH/);
  expect(stderr).toContain("terralake rehearse kind applies the same stacks on this machine with no containers");
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
});

test("up leaves GKE to cdktf", async () => {
  const { code, stderr } = await terralake(["up", "gke-dev"], nothing);
  expect(code).toBe(1);
  expect(stderr).toContain("npx cdktf deploy 'gke-dev-!(bootstrap|perimeter)'");
});

test("down refuses an environment that does not allow it and says how to change that", async () => {
  const { code, stderr } = await terralake(["down", "gke-prod", "--yes"], nothing);
  expect(code).toBe(1);
  expect(stderr).toMatch(/allowDestroy is false.*allowDestroy: true in environments\/gke-prod\.ts/);
  expect(hasStackTrace(stderr)).toBe(false);
});

test("Ctrl-C ends what was started, says so in one line and exits with 130", async () => {
  const pidFile = join(folder, "pids");
  // A tool that ignores nothing but started a child of its own, as most do.
  const path = pathWith("slow", { docker: `/bin/sleep 60 & echo "$$ $!" > ${pidFile}; wait` });
  const { child, outcome } = start(["up", "kind"], { ...nothing, PATH: path });
  while (!existsSync(pidFile) || readFileSync(pidFile, "utf8").trim() === "") {
    if (child.exitCode !== null) throw new Error(`ended early: ${JSON.stringify(await outcome)}`);
    await sleep(20);
  }
  child.kill("SIGINT");
  expect(await outcome).toEqual({ code: 130, stdout: "", stderr: "stopped\n" });
  const pids = readFileSync(pidFile, "utf8").trim().split(" ").map(Number);
  expect(pids).toHaveLength(2);
  for (const pid of pids) expect(isRunning(pid)).toBe(false);
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A zombie has ended; only its parent has not looked yet.
  const status = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "utf8") : "";
  return !/\) Z /.test(status);
}
