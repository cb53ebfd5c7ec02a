import { randomBytes } from "node:crypto";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ToolSpec } from "./registry";

/** Oldest an unfinished file may get, in milliseconds, before it counts as left behind by a killed run. */
const abandonedAfter = 24 * 60 * 60 * 1000;

/** Path of a tool's binary in the cache. The key tells builds of one version apart; downloads have the key "release". */
export function cachedPath(cacheDir: string, spec: ToolSpec, key: string): string {
  return join(cacheDir, "tools", spec.name, `${spec.version}-${key}`, spec.name);
}

/** Binaries of the tool's version in the cache whose key begins so, in order of their names. */
export async function cachedPaths(cacheDir: string, spec: ToolSpec, keyStart = ""): Promise<readonly string[]> {
  const names = await readdir(join(cacheDir, "tools", spec.name)).catch(() => []);
  return names
    .filter((name) => name.startsWith(`${spec.version}-${keyStart}`))
    .sort()
    .map((name) => join(cacheDir, "tools", spec.name, name, spec.name));
}

/**
 * Makes a file or folder somewhere aside and moves it to its place in one step: a run that is killed leaves nothing
 * half done in the cache, and two runs that make the same thing do not disturb each other.
 */
export async function placeAtomically(
  cacheDir: string,
  target: string,
  make: (draft: string) => Promise<void>,
): Promise<void> {
  const drafts = join(cacheDir, "unfinished");
  await mkdir(drafts, { recursive: true });
  await removeAbandoned(drafts);
  const draft = join(drafts, `${process.pid}-${randomBytes(6).toString("hex")}`);
  await mkdir(draft);
  try {
    const made = join(draft, "made");
    await make(made);
    await mkdir(dirname(target), { recursive: true });
    await rename(made, target).catch(async (error: NodeJS.ErrnoException) => {
      // A folder does not replace a folder: another run was faster, and made the same.
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") {
        throw error;
      }
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function removeAbandoned(drafts: string): Promise<void> {
  for (const name of await readdir(drafts)) {
    const path = join(drafts, name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > abandonedAfter) {
      await rm(path, { recursive: true, force: true });
    }
  }
}
