import type { Register } from "../context";

interface MirrorOptions {
  readonly run?: true;
  readonly offline?: true;
  readonly tool?: string;
}

/** `terralake mirror <environment> <registry>`: brings images and charts to a registry of one's own. */
export const registerMirror: Register = (program, context) => {
  program
    .command("mirror")
    .summary("copy an environment's images and charts to a registry")
    .description(
      "Prints the commands that copy every image and chart of an environment to a registry, for clusters that reach no other " +
        "one, or runs them. Afterwards set images: { registry } and charts: { from: oci://<registry>/charts } in the " +
        "environment. Images that the project builds itself are pushed with `terralake images push`.",
    )
    .argument("<environment>", "environment whose images and charts are copied")
    .argument("<registry>", "registry with an optional path, without a scheme, such as registry.example.com/mirror")
    .option("--run", "run the commands; the tool logs in by itself beforehand (skopeo login, helm registry login)")
    .option("--tool <name>", "skopeo or crane", "skopeo")
    .option("--offline", "do not ask upstream for charts while the images are listed")
    .addHelpText(
      "after",
      "\nExamples:\n  terralake mirror gke-prod registry.example.com/mirror\n  terralake mirror kind localhost:5001 --run",
    )
    .action(async (name: string, registry: string, options: MirrorOptions) => {
      const { chartCopies, imageCopies, mirrorTools } = await import("../../operations/images/mirror");
      const { CliError, exitCode } = await import("../errors");
      const { print } = await import("../output");
      const { imagesOf } = await import("./images/list");
      const tool = mirrorTools.find((each) => each === options.tool);
      if (tool === undefined) {
        throw new CliError(
          `--tool: "${options.tool}"; allowed: ${mirrorTools.join(", ")}; choose one of them`,
          exitCode.usage,
        );
      }
      if (!/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)*$/.test(registry)) {
        throw new CliError(
          `registry: "${registry}"; allowed: a registry with an optional port and path; leave out scheme and slash at the end`,
          exitCode.usage,
        );
      }
      const { charts: pins } = await import("../../charts");
      const { environment, images, charts, missing } = await imagesOf(name, options, context);
      if (environment.images.registry !== undefined) {
        throw new CliError(
          `${name} takes its images from ${environment.images.registry} already, so where they come from is not known; ` +
            "take images.registry out of the environment, mirror, and put it back",
        );
      }
      const commands = [
        ...imageCopies(
          images.filter(({ reference }) => !reference.startsWith(`${environment.images.own}/`)),
          registry,
          tool,
        ),
        ...chartCopies(
          Object.values(pins).filter(({ chart }) => charts.has(chart)),
          registry,
        ),
      ];
      if (options.run) await runAll(commands, context);
      else for (const command of commands) print(command.join(" "));
      if (missing.length > 0) {
        process.stderr.write(
          `not rendered, so their images are missing here: ${missing.join(", ")}; set TERRALAKE_CHARTS to a folder with their charts\n`,
        );
        process.exitCode = exitCode.failed;
      }
    });
};

async function runAll(commands: readonly (readonly string[])[], context: Parameters<Register>[1]): Promise<void> {
  const { CliError } = await import("../errors");
  const { onPath, runTool } = await import("../processes");
  const { runTasks } = await import("../progress");
  const missing = [...new Set(commands.map(([program = ""]) => program))].filter((program) => !onPath(program));
  if (missing.length > 0) {
    throw new CliError(`${missing.join(", ")}: not on PATH; install it, or leave --run out to print the commands`);
  }
  const { signal } = context.cancellation;
  await runTasks(
    commands.map(([program = "", ...args]) => ({
      title: [program, ...args].join(" "),
      run: (report) => runTool(program, args, { report, signal, advice: "what was copied stays, so run it again" }),
    })),
    signal,
  );
}
