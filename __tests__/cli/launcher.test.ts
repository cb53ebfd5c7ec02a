import { spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { projectRoot } from "../../rehearsal/paths";
import { collect, type Outcome } from "./command-line";

let folder: string;
let project: string;

// A checkout with a program that prints where it runs and what it got, and an npm that installs just tsx.
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "terralake-launcher-")));
  project = join(folder, "check out");
  mkdirSync(join(project, "cli"), { recursive: true });
  copyFileSync(join(projectRoot, "terralake"), join(project, "terralake"));
  writeFileSync(join(project, "package.json"), '{"type":"module"}');
  writeFileSync(join(project, "package-lock.json"), "{}");
  writeFileSync(join(project, "tsconfig.json"), "{}");
  writeFileSync(
    join(project, "cli", "main.ts"),
    "const seen: string[] = [process.cwd(), ...process.argv.slice(2)];\nconsole.log(JSON.stringify(seen));\n",
  );
  program(
    "npm",
    [
      `echo "$@" >> "${folder}/npm-calls"`,
      'sleep "$NPM_SECONDS"',
      '[ -z "$NPM_FAILS" ] || { echo "registry refused"; exit 1; }',
      "rm -rf node_modules && mkdir node_modules",
      ...["tsx", "esbuild", "@esbuild", "get-tsconfig", "resolve-pkg-maps"].map(
        (name) => `ln -s "${projectRoot}/node_modules/${name}" node_modules/${name}`,
      ),
      "echo {} > node_modules/.package-lock.json",
    ].join("\n"),
  );
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Puts a program made of shell lines first on the PATH of the launcher. */
function program(name: string, script: string): void {
  const file = join(folder, "bin", name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

function launch(
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; file?: string } = {},
): Promise<Outcome> {
  const path = [join(folder, "bin"), dirname(process.execPath), "/usr/bin", "/bin"].join(":");
  const child = spawn(options.file ?? join(project, "terralake"), args, {
    cwd: options.cwd ?? folder,
    env: { PATH: path, HOME: folder, NPM_SECONDS: "0", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return collect(child);
}

function npmCalls(): string[] {
  const file = join(folder, "npm-calls");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}

test("installs once, says so in one line, and keeps arguments and working directory", async () => {
  const args = ["rehearse", "two words", "--x=*"];
  expect(await launch(args)).toEqual({
    code: 0,
    stdout: `${JSON.stringify([folder, ...args])}\n`,
    stderr: "installing packages (npm ci), this takes about a minute\n",
  });
  expect((await launch([])).stderr).toBe("");
  expect(npmCalls()).toHaveLength(1);
  expect(npmCalls()[0]).toMatch(/^ci /);
});

test("installs again when package-lock.json is newer", async () => {
  await launch([]);
  const later = new Date(Date.now() + 2000);
  utimesSync(join(project, "package-lock.json"), later, later);
  expect((await launch([])).stderr).toBe("installing packages (npm ci), this takes about a minute\n");
  expect(npmCalls()).toHaveLength(2);
});

test("installs once when two start at the same time, and both go on", async () => {
  const env = { NPM_SECONDS: "1" };
  const outcomes = await Promise.all([launch(["a"], { env }), launch(["b"], { env })]);
  expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
  expect(outcomes.map(({ stdout }) => stdout)).toEqual(["a", "b"].map((arg) => `${JSON.stringify([folder, arg])}\n`));
  expect(npmCalls()).toHaveLength(1);
});

test("takes over the lock of an install that was killed", async () => {
  mkdirSync(join(project, ".terralake", "install.lock"), { recursive: true });
  writeFileSync(join(project, ".terralake", "install.lock", "pid"), "4194304\n"); // above every process id of Linux
  expect(await launch([])).toMatchObject({
    code: 0,
    stderr: "installing packages (npm ci), this takes about a minute\n",
  });
});

test("shows what npm said when it fails, and leaves no lock", async () => {
  const { code, stdout, stderr } = await launch([], { env: { NPM_FAILS: "1" } });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(
    /^installing packages \(npm ci\), this takes about a minute\nregistry refused\nerror: npm ci failed in /,
  );
  expect(existsSync(join(project, ".terralake", "install.lock"))).toBe(false);
});

test("refuses to install through a link, by which npm would empty the folder of another", async () => {
  const shared = join(folder, "shared");
  mkdirSync(shared);
  writeFileSync(join(shared, "kept"), "");
  symlinkSync(shared, join(project, "node_modules"));
  expect(await launch([])).toEqual({
    code: 1,
    stdout: "",
    stderr: `error: ${project}/node_modules is a link to ${shared}: npm would delete through it; remove the link, or run npm ci there\n`,
  });
  expect(npmCalls()).toEqual([]);
  expect(existsSync(join(shared, "kept"))).toBe(true);
  expect(existsSync(join(project, ".terralake"))).toBe(false);
});

test("runs with packages behind a link that are current", async () => {
  await launch([]);
  const shared = join(folder, "shared");
  renameSync(join(project, "node_modules"), shared);
  symlinkSync(shared, join(project, "node_modules"));
  expect(await launch(["x"])).toMatchObject({ code: 0, stderr: "" });
  expect(npmCalls()).toHaveLength(1);
});

test("is found through a link", async () => {
  symlinkSync(join(project, "terralake"), join(folder, "bin", "tl"));
  expect((await launch(["x"], { file: join(folder, "bin", "tl"), cwd: "/" })).stdout).toBe('["/","x"]\n');
});

test("names the version of Node.js that is too old", async () => {
  program("node", "echo v20.8.1");
  expect(await launch([])).toEqual({
    code: 1,
    stdout: "",
    stderr: "error: Node.js v20.8.1 is too old; Terralake needs 20.9 or newer (https://nodejs.org)\n",
  });
  expect(npmCalls()).toEqual([]);
});

test("says so when there is no Node.js", async () => {
  const bare = join(folder, "bare");
  mkdirSync(bare);
  for (const name of ["dirname", "readlink"]) symlinkSync(`/usr/bin/${name}`, join(bare, name));
  const { code, stderr } = await launch([], { env: { PATH: bare } });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: node is not installed or not on PATH; install Node\.js 20\.9 or newer/);
});
