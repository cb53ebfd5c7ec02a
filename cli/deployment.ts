import { mkdir, readdir, readFile, rename } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { projectRoot } from "../rehearsal/paths";
import { adviceFor } from "../rehearsal/terraform/known-failures";
import { CliError } from "./errors";
import { run } from "./processes";
import { localFolder, packageProgram } from "./project";

/** Runs cdktf for all stacks of an environment; Terraform gets time to save its state when it is stopped. */
export async function runCdktf(
  action: "deploy" | "destroy",
  environment: string,
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const { findTool } = await import("../rehearsal/tools");
  const terraform = await findTool("terraform");
  if ("missing" in terraform) throw new CliError(`Terraform 1.11 or newer is missing; ${terraform.howToGet}`);
  const result = await run(packageProgram("cdktf"), [action, `${environment}-*`, "--auto-approve", "--skip-synth"], {
    cwd: projectRoot,
    env: { TERRAFORM_BINARY_NAME: terraform.path, CI: "true", CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1" },
    signal,
    graceMs: 120_000,
    interruptFirst: basename(terraform.path),
    onLine: (line) => {
      if (line.trim() !== "") report(line.trim());
    },
  });
  if (result.code === 0) return;
  const advice = adviceFor(result.all);
  throw new CliError(
    `${advice ? `${advice}; ` : ""}cdktf ${action} failed (exit code ${result.code}), its output is above; what was applied is in the state, so it may be run again`,
    1,
    result.all,
  );
}

/** Layers of an environment whose local Terraform state holds at least one resource. */
export async function layersWithState(environment: string): Promise<readonly string[]> {
  const folder = localFolder(environment);
  const files = await readdir(folder).catch(() => []);
  const layers: string[] = [];
  for (const file of files.filter((name) => name.endsWith(".tfstate")).sort()) {
    const state = JSON.parse(await readFile(join(folder, file), "utf8")) as { resources?: readonly unknown[] };
    if ((state.resources ?? []).length > 0) layers.push(file.replace(/\.tfstate$/, ""));
  }
  return layers;
}

/**
 * Moves the local state of an environment whose cluster is gone into a folder beside it, since what it describes is not
 * there any more, and nobody deletes a state.
 *
 * @returns the folder, from the project's root
 */
export async function setStateAside(environment: string): Promise<string> {
  const folder = localFolder(environment);
  const aside = join(folder, `lost-${new Date().toISOString().replace(/[:.]/g, "-")}`);
  await mkdir(aside, { recursive: true });
  for (const file of await readdir(folder)) {
    if (/\.tfstate(\.|$)/.test(file)) await rename(join(folder, file), join(aside, file));
  }
  return relative(projectRoot, aside);
}
