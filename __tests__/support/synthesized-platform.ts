import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { environments } from "../../environments";
import type { Environment } from "../../environments/schema";
import { type CheckedStack, factsOf } from "../../policies";
import type { Layer } from "../../stacks/layers";
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

let platform: readonly SynthesizedStack[] | undefined;
const single = new Map<string, readonly SynthesizedStack[]>();

/** All stacks of the five environments, by one real synthesis for each test file that asks. */
export function synthesizedPlatform(): readonly SynthesizedStack[] {
  platform ??= synthesize(environments);
  return platform;
}

/** The stacks of one environment: faster, for a test file that needs no more. */
export function synthesizedEnvironment(name: string): readonly SynthesizedStack[] {
  const found = single.get(name) ?? synthesize(environments.filter((environment) => environment.name === name));
  single.set(name, found);
  return found;
}

/** The stacks of environments that are no part of the program, such as fixtures. */
export function synthesizedEnvironments(selected: readonly Environment[]): readonly SynthesizedStack[] {
  return synthesize(selected);
}

/** The stack of one layer of an environment. */
export function synthesizedStack(environment: string, layer: Layer): SynthesizedStack {
  const found = synthesizedEnvironment(environment).find((stack) => stack.layer === layer);
  if (!found) {
    throw new Error(`${environment} has no stack ${layer}`);
  }
  return found;
}

function synthesize(selected: readonly Environment[]): readonly SynthesizedStack[] {
  const outdir = mkdtempSync(join(tmpdir(), "terralake-synthesized-"));
  // CDKTF notes where each token was made, and jest maps every such trace to its source: two thirds of the time.
  const { captureStackTrace } = Error;
  Error.captureStackTrace = () => undefined;
  try {
    const app = new App({ outdir });
    const stacks = selected.flatMap((environment) => buildPlatform(app, environment));
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
    Error.captureStackTrace = captureStackTrace;
    rmSync(outdir, { recursive: true, force: true });
  }
}
