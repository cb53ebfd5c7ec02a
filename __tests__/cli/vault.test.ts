import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { registerVault } from "../../cli/commands/vault";
import type { Context } from "../../cli/context";
import { projectRoot } from "../../rehearsal/paths";
import { hasStackTrace, terralake } from "./command-line";

const folder = mkdtempSync(join(tmpdir(), "terralake-vault-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const context: Context = {
  cancellation: { signal: new AbortController().signal, stopCode: () => undefined },
  debug: () => false,
};
const program = new Command("terralake");
registerVault(program, context);
const commands = program.commands[0]?.commands ?? [];

/** A kubeconfig whose context leads to a port where nobody listens. */
function kubeconfig(name: string): string {
  const file = join(folder, "kubeconfig");
  writeFileSync(
    file,
    JSON.stringify({
      clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
      users: [{ name: "u", user: { token: "t" } }],
      contexts: [{ name, context: { cluster: "c", user: "u" } }],
      "current-context": "another",
    }),
  );
  return file;
}

test("vault has commands to look, open, rotate, save, restore, check and let people in", () => {
  const names = commands.map((command) => command.name());
  expect(names).toEqual(["status", "unseal", "rotate", "snapshot", "restore", "auth-check", "oidc", "user"]);
});

test.each(commands.map((command) => [command.name(), command] as const))(
  "vault %s explains itself with a description and examples of its own",
  (name, command) => {
    let help = "";
    command.configureOutput({
      writeOut: (text) => {
        help += text;
      },
    });
    command.outputHelp();
    expect(command.description().length).toBeGreaterThan(80);
    expect(command.summary().length).toBeGreaterThan(10);
    expect(help).toMatch(new RegExp(`Examples:\\n  terralake vault ${name}\\b`));
    for (const argument of command.registeredArguments) expect(argument.description).not.toBe("");
    for (const option of command.options) expect(option.description).not.toBe("");
  },
);

test("an unknown environment is wrong usage, with a suggestion", async () => {
  const { code, stderr } = await terralake(["vault", "status", "knid"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/environment "knid" is not known; .*did you mean kind\?/);
});

test("without the environment's context: names what is there and what makes it", async () => {
  const { code, stderr } = await terralake(["vault", "status", "kind"], { KUBECONFIG: kubeconfig("other") });
  expect(code).toBe(1);
  expect(stderr).toMatch(/context "kind-kind" is not in .*contexts there: other; next: terralake up kind/);
});

test("a cluster that does not answer: every server's failure, an exit code and no stack", async () => {
  const { code, stdout, stderr } = await terralake(["vault", "status", "kind"], {
    KUBECONFIG: kubeconfig("kind-kind"),
  });
  expect(code).toBe(1);
  expect(stdout).toContain("vault-0");
  expect(stderr).toMatch(/vault-0: .*ECONNREFUSED.*; nobody answers: .*terralake connect kind/);
  expect(hasStackTrace(stderr)).toBe(false);
});

test.each([
  ["unseal", ["kind"], /ECONNREFUSED/],
  ["restore", ["kind", "absent.snap", "--yes"], /absent\.snap is no whole snapshot of Vault/],
])("vault %s that cannot be done is one clear message", async (name, args, message) => {
  const { code, stderr } = await terralake(["vault", name, ...args], { KUBECONFIG: kubeconfig("kind-kind") });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: /);
  expect(stderr).toMatch(message);
  expect(hasStackTrace(stderr)).toBe(false);
});

test.each([
  ["keeping without asking", ["unseal", "kind", "--keep"], /add --keys-from-stdin/],
  ["a snapshot that is absent", ["restore", "kind", "absent.snap", "--yes"], /absent\.snap is no whole snapshot/],
  ["a folder that is absent", ["snapshot", "kind", "--out", join(folder, "no", "a.snap")], /cannot write .*check that/],
  ["passwords on Google Cloud", ["user", "gke-dev", "ada"], /have no passwords in Vault/],
  ["logins that are off", ["oidc", "kind"], /people\.oidc is off in kind/],
])("%s is told before the cluster is looked for", async (_what, args, message) => {
  const { code, stderr } = await terralake(["vault", ...args], { KUBECONFIG: join(folder, "absent") });
  expect(stderr).toMatch(message);
  expect(code).toBeGreaterThan(0);
});

test("shares cannot be arguments, and keeping asks for shares", async () => {
  expect((await terralake(["vault", "unseal", "kind", "a1a1"])).code).toBe(2);
  const { code, stderr } = await terralake(["vault", "unseal", "kind", "--keep"], {
    KUBECONFIG: kubeconfig("kind-kind"),
  });
  expect(code).toBe(2);
  expect(stderr).toContain("add --keys-from-stdin");
});

describe("rotate", () => {
  const file = join(projectRoot, "environments", "kind.ts");
  const before = readFileSync(file, "utf8");
  afterEach(() => expect(readFileSync(file, "utf8")).toBe(before));

  test.each([
    ["an unknown path", ["platform/trin"], /did you mean platform\/trino\?/, 1],
    ["a version that is no number", ["platform/trino", "--to", "two"], /allowed: a whole number/, 2],
    [
      "a version that no environment takes",
      ["platform/trino", "--to", "99999999"],
      /whole number from 1 to 1000000/,
      2,
    ],
  ])("%s is refused and nothing is written", async (_what, args, message, expected) => {
    const { code, stderr } = await terralake(["vault", "rotate", "kind", ...args]);
    expect(stderr).toMatch(message);
    expect(code).toBe(expected);
    expect(hasStackTrace(stderr)).toBe(false);
  });
});
