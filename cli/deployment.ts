import { copyFile, mkdir, readdir, readFile, rename } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { projectRoot } from "../rehearsal/paths";
import { adviceFor } from "../rehearsal/terraform/known-failures";
import { type Layer, stackName } from "../stacks/layers";
import { CliError } from "./errors";
import { run } from "./processes";
import { localFolder, packageProgram } from "./project";

const secretsLayer = "secrets" satisfies Layer;

/** First part of the names of folders with states whose clusters are gone. */
const asidePrefix = "lost-";

/**
 * Runs cdktf for stacks of an environment; Terraform gets time to save its state when it is stopped.
 *
 * @param layers those to run it for; all by default
 */
export async function runCdktf(
  action: "deploy" | "destroy",
  environment: string,
  report: (line: string) => void,
  signal: AbortSignal,
  layers: readonly Layer[] | "all" = "all",
): Promise<void> {
  const stacks = layers === "all" ? [`${environment}-*`] : layers.map((layer) => stackName(environment, layer));
  const { findTool } = await import("../rehearsal/tools");
  const terraform = await findTool("terraform");
  if ("missing" in terraform) throw new CliError(`Terraform 1.11 or newer is missing; ${terraform.howToGet}`);
  const result = await run(packageProgram("cdktf"), [action, ...stacks, "--auto-approve", "--skip-synth"], {
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
  const advice = adviceFor(result.all, environment);
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
  const aside = join(folder, `${asidePrefix}${new Date().toISOString().replace(/[:.]/g, "-")}`);
  await mkdir(aside, { recursive: true });
  for (const file of await readdir(folder)) {
    if (/\.tfstate(\.|$)/.test(file)) await rename(join(folder, file), join(aside, file));
  }
  return relative(projectRoot, aside);
}

/**
 * Takes back the state of the secrets layer where it was set aside with its cluster: what it describes comes back with a
 * snapshot of Vault, unlike the rest.
 *
 * @returns the folder that it was in, from the project's root; undefined when the state is there, or is nowhere
 */
export async function takeBackSecretsState(environment: string): Promise<string | undefined> {
  const folder = localFolder(environment);
  const names: readonly string[] = await readdir(folder).catch(() => []);
  const file = `${secretsLayer}.tfstate`;
  if (names.includes(file)) return undefined;
  // Their names are times, so the last one is the newest.
  for (const aside of names
    .filter((name) => name.startsWith(asidePrefix))
    .sort()
    .reverse()) {
    if (!(await readdir(join(folder, aside))).includes(file)) continue;
    await copyFile(join(folder, aside, file), join(folder, file));
    return relative(projectRoot, join(folder, aside));
  }
  return undefined;
}
