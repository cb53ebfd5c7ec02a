import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { registerConnect } from "../../cli/commands/connect";
import { registerDoctor } from "../../cli/commands/doctor";
import { registerDown } from "../../cli/commands/down";
import { registerList } from "../../cli/commands/list";
import { registerRehearse } from "../../cli/commands/rehearse";
import { registerSynth } from "../../cli/commands/synth";
import { registerTest } from "../../cli/commands/test";
import { registerUp } from "../../cli/commands/up";
import { registerVault } from "../../cli/commands/vault";
import type { Context } from "../../cli/context";
import { projectRoot } from "../../rehearsal/paths";
import { hasStackTrace, terralake } from "./command-line";

const names = ["synth", "test", "rehearse", "doctor", "connect", "up", "down", "list", "vault"];
const registers = [
  registerSynth,
  registerTest,
  registerRehearse,
  registerDoctor,
  registerConnect,
  registerUp,
  registerDown,
  registerList,
  registerVault,
];
const context: Context = {
  cancellation: { signal: new AbortController().signal, stopCode: () => undefined },
  debug: () => false,
};

test("--help names every command, examples and exit codes", async () => {
  const { code, stdout, stderr } = await terralake(["--help"]);
  expect(code).toBe(0);
  expect(stderr).toBe("");
  for (const name of names) expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, "m"));
  expect(stdout).toContain("Examples:");
  expect(stdout).toContain("Exit codes: 0 ok, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C");
  expect(stdout).not.toContain("\u001b[");
});

test("--version prints the version of package.json", async () => {
  const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as { version: string };
  expect(await terralake(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
});

test("an unknown command is wrong usage and gets a suggestion", async () => {
  const { code, stderr } = await terralake(["reherse", "kind"]);
  expect(code).toBe(2);
  expect(stderr).toContain("unknown command 'reherse'");
  expect(stderr).toContain("Did you mean rehearse?");
  expect(hasStackTrace(stderr)).toBe(false);
});

test("an unknown environment is wrong usage, names the allowed ones and a suggestion", async () => {
  const { code, stdout, stderr } = await terralake(["connect", "knid"]);
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toBe(
    'error: environment "knid" is not known; allowed: minikube, kind, datalyptica, gke-dev, gke-staging, gke-prod; did you mean kind?\n',
  );
});

test("an unknown layer is wrong usage and starts nothing", async () => {
  const { code, stderr } = await terralake(["rehearse", "kind", "--layers", "base,vualt"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: layer "vualt" is not known; allowed: base, vault, .*; did you mean vault\?\n$/);
});

test("a part of a rehearsal that cannot be skipped is refused", async () => {
  const { code, stderr } = await terralake(["rehearse", "kind", "--skip", "proofs"]);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining('part "proofs" cannot be skipped; allowed: switch-off'),
  });
});

describe("every command", () => {
  const program = new Command("terralake");
  for (const register of registers) register(program, context);

  test("is registered once", () => {
    expect(program.commands.map((command) => command.name())).toEqual(names);
  });

  test.each(names)("%s explains itself with a description and examples of its own", (name) => {
    const command = program.commands.find((candidate) => candidate.name() === name);
    let help = "";
    command?.configureOutput({
      writeOut: (text) => {
        help += text;
      },
    });
    command?.outputHelp();
    expect(command?.description().length).toBeGreaterThan(80);
    expect(command?.summary().length).toBeGreaterThan(10);
    expect(help).toMatch(new RegExp(`Examples:\\n  (KUBECONFIG=\\S+ )?terralake ${name}\\b`));
    for (const argument of command?.registeredArguments ?? []) expect(argument.description).not.toBe("");
    for (const option of command?.options ?? []) expect(option.description).not.toBe("");
  });
});

test("--help loads nothing large: only commander and Node's own modules are imported from the start", () => {
  const external = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, specifier] of readFileSync(file, "utf8").matchAll(/^import (?!type )[^;]*?from "([^"]+)"/gm)) {
      if (specifier?.startsWith(".")) visit(join(dirname(file), `${specifier}.ts`));
      else if (specifier && !specifier.startsWith("node:")) external.add(specifier);
    }
  };
  visit(join(projectRoot, "cli", "main.ts"));
  expect(seen.size).toBeGreaterThan(names.length);
  expect([...external]).toEqual(["commander"]);
});
