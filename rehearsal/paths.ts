import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of the project: the one that holds main.ts and package.json. */
export const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** Folder of the pinned Go modules from which tools are built, one folder for each. */
export const modulesFolder = join(projectRoot, "rehearsal", "modules");

/** Folder of what the project writes beside its sources: states, certificates, logs. Not in Git. */
export const stateFolder = join(projectRoot, ".terralake");

/**
 * Folder outside the checkout that keeps binaries, providers and charts between runs:
 * `TERRALAKE_CACHE`, else `$XDG_CACHE_HOME/terralake`, else `~/.cache/terralake`.
 */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.TERRALAKE_CACHE) {
    return resolve(environment.TERRALAKE_CACHE);
  }
  const base = environment.XDG_CACHE_HOME || join(environment.HOME || homedir(), ".cache");
  return join(resolve(base), "terralake");
}
