import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { environments } from "../../environments";
import { type CheckedStack, factsOf } from "../../policies";
import { buildPlatform } from "../../stacks/platform";
import type { PlatformStack } from "../../stacks/platform-stack";
import { type StackJson, stackFile } from "../../stacks/stack-json";

/** A stack of the program: its constructs, and what they became. */
export interface SynthesizedStack extends CheckedStack {
  readonly constructs: PlatformStack;
  /** Names of the stacks that are applied before it. */
  readonly dependencies: readonly string[];
}

/** As far as the tests read it. */
interface Manifest {
  readonly stacks: { readonly [name: string]: { readonly dependencies: readonly string[] } };
}

let synthesized: readonly SynthesizedStack[] | undefined;

/** All stacks of the five environments, by one real synthesis for each test file that asks. */
export function synthesizedPlatform(): readonly SynthesizedStack[] {
  synthesized ??= synthesize();
  return synthesized;
}

/** The stack of a name. */
export function synthesizedStack(name: string): SynthesizedStack {
  const found = synthesizedPlatform().find((stack) => stack.name === name);
  if (!found) {
    throw new Error(`no stack is named ${name}`);
  }
  return found;
}

function synthesize(): readonly SynthesizedStack[] {
  const outdir = mkdtempSync(join(tmpdir(), "terralake-synthesized-"));
  // Every token notes where it was made, and jest maps each stack trace to its source, which takes most of the time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const app = new App({ outdir });
    const stacks = environments.flatMap((environment) => buildPlatform(app, environment));
    app.synth();
    const manifest = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8")) as Manifest;
    return stacks.map((constructs) => {
      const name = constructs.node.id;
      const text = readFileSync(join(outdir, "stacks", name, stackFile), "utf8");
      return {
        name,
        layer: constructs.layer,
        environment: factsOf(constructs.environment),
        json: JSON.parse(text) as StackJson,
        constructs,
        dependencies: manifest.stacks[name]?.dependencies ?? [],
      };
    });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    rmSync(outdir, { recursive: true, force: true });
  }
}
