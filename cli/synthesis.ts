import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { projectRoot } from "../rehearsal/paths";
import { layers, stackName } from "../stacks/layers";
import { CliError } from "./errors";
import { run } from "./processes";
import { tsxArguments } from "./project";

/** A stack that the program wrote. */
export interface SynthesizedStack {
  /** For instance kind-base. */
  readonly name: string;
  /** Stacks that are applied before it. */
  readonly dependencies: readonly string[];
  /** Full path of its Terraform JSON. */
  readonly file: string;
}

/** What to synthesize and where to. */
export interface SynthesisOptions {
  /** Folder for the result, from the project's root or absolute. */
  readonly outdir: string;
  /** Names of the environments whose stacks are handed back; the program writes all of them. */
  readonly environments: readonly string[];
  readonly signal: AbortSignal;
  /** Print everything that a failing program says. */
  readonly debug: boolean;
}

/**
 * Runs the program (main.ts) and reads what it wrote. Throws CliError with the program's own message when it fails.
 */
export async function synthesize(options: SynthesisOptions): Promise<readonly SynthesizedStack[]> {
  const result = await run(process.execPath, [...tsxArguments, "main.ts"], {
    cwd: projectRoot,
    env: { CDKTF_OUTDIR: options.outdir },
    signal: options.signal,
  });
  if (result.code !== 0) {
    const details = options.debug ? result.all : messageOf(result.all);
    throw new CliError(
      "synthesis failed: main.ts ended with the message above; correct what it names and run again",
      1,
      details,
    );
  }
  const stacks = await readManifest(resolve(projectRoot, options.outdir));
  // The manifest is sorted by name; a reader wants the order in which the stacks are applied.
  const wanted = options.environments.flatMap((name) => layers.map((layer) => stackName(name, layer)));
  return wanted.flatMap((name) => stacks.find((stack) => stack.name === name) ?? []);
}

/** Synthesizes into a folder that is there only while `use` runs. */
export async function withSynthesis<Result>(
  options: Omit<SynthesisOptions, "outdir">,
  use: (stacks: readonly SynthesizedStack[]) => Promise<Result>,
): Promise<Result> {
  const outdir = await mkdtemp(join(tmpdir(), "terralake-"));
  try {
    return await use(await synthesize({ ...options, outdir }));
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}

interface Manifest {
  readonly stacks: Readonly<
    Record<string, { name: string; synthesizedStackPath: string; dependencies?: readonly string[] }>
  >;
}

async function readManifest(outdir: string): Promise<readonly SynthesizedStack[]> {
  const file = join(outdir, "manifest.json");
  const text = await readFile(file, "utf8").catch(() => {
    throw new CliError(`the program wrote no ${file}; does main.ts end with app.synth()?`);
  });
  const manifest = JSON.parse(text) as Manifest;
  return Object.values(manifest.stacks).map((stack) => ({
    name: stack.name,
    dependencies: stack.dependencies ?? [],
    file: join(outdir, stack.synthesizedStackPath),
  }));
}

/** The message of an uncaught error, without the line of code above it and the stack below it. */
export function messageOf(output: string): string {
  const lines = output.split("\n");
  const from = lines.findIndex((line) => /^(Uncaught )?[\w$.]*Error\b.*:/.test(line));
  if (from < 0) return output;
  const rest = lines.slice(from);
  const to = rest.findIndex((line) => /^\s+at .+/.test(line));
  return rest
    .slice(0, to < 0 ? undefined : to)
    .join("\n")
    .replace(/^(Uncaught )?[\w$.]*Error\b[^:]*: /, "");
}
