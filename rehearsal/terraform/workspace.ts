import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readStack, stackFile } from "../../stacks/stack-json";
import { type RehearsalTargets, rewriteStack } from "./rewrites";

/** A stack's folder in a rehearsal. */
export interface Workspace {
  readonly stack: string;
  /** Folder in which Terraform runs. */
  readonly folder: string;
  /** Names of the rewrites that changed something. */
  readonly rewrites: readonly string[];
}

/** Copies a synthesized stack with its assets to a folder of its own, rewritten for the rehearsal. */
export async function createWorkspace(
  synthesized: string,
  stack: string,
  parent: string,
  targets: RehearsalTargets,
): Promise<Workspace> {
  const folder = join(parent, stack);
  await mkdir(folder, { recursive: true });
  await cp(join(synthesized, "stacks", stack), folder, { recursive: true });
  const rewritten = rewriteStack(await readStack(synthesized, stack), targets);
  await writeFile(join(folder, stackFile), `${JSON.stringify(rewritten.stack, null, 2)}\n`);
  return { stack, folder, rewrites: rewritten.applied };
}

/** The list of stacks that CDKTF writes, as far as it is read. */
interface Manifest {
  readonly stacks: { readonly [name: string]: { readonly dependencies?: readonly string[] } };
}

/** Writes the list of the rehearsed stacks beside them, so that the cdktf command line takes the folder as its output. */
export async function copyManifest(synthesized: string, folder: string, stacks: readonly string[]): Promise<void> {
  const manifest = JSON.parse(await readFile(join(synthesized, "manifest.json"), "utf8")) as Manifest;
  const rehearsed = Object.entries(manifest.stacks)
    .filter(([name]) => stacks.includes(name))
    .map(([name, stack]) => [
      name,
      { ...stack, dependencies: stack.dependencies?.filter((dependency) => stacks.includes(dependency)) },
    ]);
  const text = JSON.stringify({ ...manifest, stacks: Object.fromEntries(rehearsed) }, null, 2);
  await writeFile(join(folder, "manifest.json"), `${text}\n`);
}
