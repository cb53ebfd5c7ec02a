import type { Register } from "../context";

/** `terralake bootstrap <environment>`: what must be there before a stack can be applied on Google Cloud. */
export const registerBootstrap: Register = (program, context) => {
  program
    .command("bootstrap")
    .summary("prepare a Google Cloud project for an environment")
    .description(
      "Makes what the other layers of an environment on Google Cloud need: APIs, keys, the bucket for Terraform's state and " +
        "the identities that plan, apply and publish images. Acts as you (gcloud auth application-default login). What is " +
        "there already is taken over, so it may be run again at any time, also after Ctrl-C or a lost state. Says what it " +
        "will do before it does it.",
    )
    .argument("<environment>", "environment on Google Cloud")
    .option("--dry-run", "only say what would be done")
    .option("--yes", "do not ask")
    .addHelpText("after", "\nExamples:\n  terralake bootstrap gke-dev --dry-run\n  terralake bootstrap gke-dev")
    .action(async (name: string, options: { dryRun?: true; yes?: true }) => {
      const { chooseEnvironment } = await import("../environment-choice");
      const { CliError, exitCode } = await import("../errors");
      const environment = await chooseEnvironment(name);
      const { target } = environment;
      if (target.kind !== "gke") {
        throw new CliError(
          `${name} runs on this machine (${target.kind}) and needs no bootstrap; run terralake up ${name}`,
          exitCode.usage,
        );
      }
      const { bootstrap } = await import("../bootstrap/bootstrap");
      const { dryRun = false, yes = false } = options;
      await bootstrap({ ...environment, target }, { dryRun, yes }, context);
    });
};
