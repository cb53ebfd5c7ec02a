import { cp, mkdir, writeFile } from "node:fs/promises";
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
