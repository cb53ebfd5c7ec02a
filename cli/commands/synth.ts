import type { Register } from "../context";

/** `terralake synth [environment...]`: Terraform JSON of every stack into cdktf.out. */
export const registerSynth: Register = (program, context) => {
  program
    .command("synth")
    .summary("write the Terraform JSON of every stack to cdktf.out")
    .description(
      "Writes the Terraform JSON of every stack to cdktf.out/stacks/<environment>-<layer>. " +
        "Needs Node.js only: no cluster, no Terraform, no network.",
    )
    .argument("[environment...]", "environments to show in the list (default: all; every stack is written)")
    .addHelpText("after", "\nExamples:\n  terralake synth\n  terralake synth kind gke-dev")
    .action(async (names: string[]) => {
      const { chooseEnvironments } = await import("../environment-choice");
      const { synthesize } = await import("../synthesis");
      const { colors, print, table } = await import("../output");
      const environments = (await chooseEnvironments(names)).map((environment) => environment.name);
      const stacks = await synthesize({
        outdir: "cdktf.out",
        environments,
        signal: context.cancellation.signal,
        debug: context.debug(),
      });
      const rows = stacks.map((stack) => [stack.name, stack.dependencies.join(", ") || "-"]);
      print(await table(["stack", "applied after"], rows));
      print(colors.dim(`${stacks.length} stacks of ${environments.join(", ")} in cdktf.out/stacks`));
    });
};
