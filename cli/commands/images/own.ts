import type { Command } from "commander";
import type { Context, Register } from "../../context";

interface OwnOptions {
  readonly engine?: string;
  readonly dryRun?: boolean;
}

/** `terralake images build <environment>`. */
export const registerBuild: Register = (images, context) => {
  withOptions(images.command("build"), "build")
    .summary("build the environment's own images")
    .action((name: string, options: OwnOptions) => makeImages(name, options, context, false));
};

/** `terralake images push <environment>`. */
export const registerPush: Register = (images, context) => {
  withOptions(images.command("push"), "build and push")
    .summary("build the environment's own images and push them to its registry")
    .action((name: string, options: OwnOptions) => makeImages(name, options, context, true));
};

function withOptions(command: Command, what: string): Command {
  return command
    .argument("<environment>", "environment whose images these are")
    .option("--engine <name>", "docker, podman or buildah (default: the first of them on PATH)")
    .option("--dry-run", `print the commands that ${what}, and run none`);
}

/** Runs, or prints, an engine's commands for each image of the environment. */
async function makeImages(
  name: string,
  { engine: asked, dryRun = false }: OwnOptions,
  context: Context,
  push: boolean,
): Promise<void> {
  const { chooseEnvironment } = await import("../../environment-choice");
  const { print } = await import("../../output");
  const { buildCommand, chooseEngine, engineTask, ownImagesOf, pushCommand, pushTask } = await import(
    "../../own-images"
  );
  const { runTasks } = await import("../../progress");
  const { withSynthesis } = await import("../../synthesis");

  const environment = await chooseEnvironment(name);
  const engine = chooseEngine(asked, dryRun);
  const { signal } = context.cancellation;
  const wanted = await withSynthesis({ environments: [name], signal, debug: context.debug() }, (stacks) =>
    ownImagesOf(environment, stacks),
  );
  if (wanted.length === 0) return print(`${name} runs no image that this project builds`);
  if (dryRun) {
    const commands = wanted.flatMap((image) => [
      buildCommand(engine, image),
      ...(push ? [pushCommand(engine, image, environment)] : []),
    ]);
    for (const { program, args } of commands) print([program, ...args].join(" "));
    return;
  }
  const digests = new Map<string, string>();
  const tasks = wanted.flatMap((image) => [
    engineTask(buildCommand(engine, image), signal),
    ...(push ? [pushTask(engine, image, { environment, signal, digests })] : []),
  ]);
  await runTasks(tasks, signal);
  print(wanted.map(({ reference }) => reference).join("\n"));
  // As they go into images.digests.
  for (const [image, digest] of digests) print(`"${image}": "${digest}",`);
}
