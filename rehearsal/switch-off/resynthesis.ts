import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { App } from "cdktf";
import type { Environment } from "../../environments/schema";
import { buildPlatform } from "../../stacks/platform";
import { resourcesOf, type StackJson, stackFile } from "../../stacks/stack-json";
import { nameOf } from "../inspect/unexplained";
import type { RehearsalTargets } from "../terraform/rewrites";
import { createWorkspace, type Workspace } from "../terraform/workspace";

/** A stack's folder whose JSON was written anew. */
export interface ChangedWorkspace {
  readonly workspace: Workspace;
  readonly before: StackJson;
  readonly after: StackJson;
}

/** Settings of {@link resynthesize}. */
export interface ResynthesisOptions {
  /** Folder for the synthesized stacks; absolute. What is in it is removed. */
  readonly outdir: string;
  /** Folder of the workspaces. */
  readonly stacksFolder: string;
  /** Stacks that were applied, in that order. */
  readonly stacks: readonly string[];
  readonly targets: RehearsalTargets;
}

/**
 * Writes the stacks of an environment anew, into the folders in which they were applied before.
 *
 * @returns those that changed, in the order in which something is taken away: the last layer first
 */
export async function resynthesize(
  environment: Environment,
  { outdir, stacksFolder, stacks, targets }: ResynthesisOptions,
): Promise<readonly ChangedWorkspace[]> {
  await rm(outdir, { recursive: true, force: true });
  const app = new App({ outdir });
  buildPlatform(app, { ...environment, allowDestroy: true });
  app.synth();
  const changed: ChangedWorkspace[] = [];
  for (const stack of [...stacks].reverse()) {
    const file = join(stacksFolder, stack, stackFile);
    const before = await readFile(file, "utf8");
    const workspace = await createWorkspace(outdir, stack, stacksFolder, targets);
    const after = await readFile(file, "utf8");
    if (after !== before) {
      changed.push({
        workspace,
        before: JSON.parse(before) as StackJson,
        after: JSON.parse(after) as StackJson,
      });
    }
  }
  return changed;
}

/** The releases of a stack: `namespace/name` by Terraform's address. */
export function releasesOf(stack: StackJson): ReadonlyMap<string, string> {
  return new Map(
    resourcesOf(stack)
      .filter(({ type }) => type === "helm_release")
      .map(({ type, name, block }) => [`${type}.${name}`, `${String(block.namespace)}/${String(block.name)}`]),
  );
}

/** Part of the tree that a resource belongs to: stack and the two constructs below it, such as `Services/Kafka`. */
export function ownersOf(stack: StackJson): ReadonlyMap<string, string> {
  return new Map(
    resourcesOf(stack).map(({ type, name, block }) => {
      const path = (block["//"] as { metadata?: { path?: string } } | undefined)?.metadata?.path ?? "";
      return [`${type}.${name}`, path.split("/").slice(1, 3).join("/")];
    }),
  );
}

/** The objects that Terraform makes without Helm in some stacks, each as {@link nameOf} gives it. */
export async function managedObjects(stacksFolder: string, stacks: readonly string[]): Promise<ReadonlySet<string>> {
  const found = await Promise.all(
    stacks.map(async (stack) => JSON.parse(await readFile(join(stacksFolder, stack, stackFile), "utf8")) as StackJson),
  );
  return new Set(
    found.flatMap(resourcesOf).flatMap(({ type, block }) => {
      const kind = /^kubernetes_(.+?)(_v\d+)?$/.exec(type)?.[1];
      const { name = "", namespace = "" } = (block.metadata ?? {}) as { name?: string; namespace?: string };
      return kind === undefined ? [] : [nameOf({ kind: kind.split("_").map(capitalized).join(""), namespace, name })];
    }),
  );
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
