import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot, stateFolder } from "../rehearsal/paths";

/** Terralake's version, from package.json. */
export function projectVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
  if (typeof parsed === "object" && parsed !== null && "version" in parsed) return String(parsed.version);
  return "unknown";
}

/** The folder of an environment's local files: Terraform state, certificate and address of the API server. */
export function localFolder(environment: string): string {
  return join(stateFolder, environment);
}

/** The program that a package of the project installs, such as tsc. */
export function packageProgram(name: string): string {
  return join(projectRoot, "node_modules", ".bin", name);
}

/** Arguments that make node run a TypeScript file of the project, whatever the working directory is. */
export const tsxArguments: readonly string[] = ["--import", join(projectRoot, "node_modules/tsx/dist/loader.mjs")];
