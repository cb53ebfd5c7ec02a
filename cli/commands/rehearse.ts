import type { SkippablePart } from "../../rehearsal/prepare";
import type { Register } from "../context";

/** `terralake rehearse <environment>`: applies the in-cluster layers for real, on this machine. */
export const registerRehearse: Register = (program, context) => {
  program
    .command("rehearse")
    .summary("apply an environment for real on this machine, without containers")
    .description(
      "Starts a real API server, etcd, controller-manager and Vault on this machine, applies the in-cluster layers of an " +
        "environment (base, vault, secrets, gitops, services) with real Terraform, plans again (nothing may change), prints " +
        "what exists, switches each service off and destroys what is left. Needs no container engine and touches no real cluster. " +
        "The first run fetches or builds its tools, see terralake doctor.",
    )
    .argument("<environment>", "environment to rehearse")
    .option("--keep", "leave everything running at the end, until Ctrl-C")
    .option(
      "--exec <command>",
      "run a shell command once all is applied; KUBECONFIG and TERRALAKE_REHEARSAL (its folder) lead it to the rehearsal",
    )
    .option("--layers <list>", "only these layers and what they need, separated by commas (a,b)", splitList)
    .option("--skip <parts>", "leave parts out, separated by commas: switch-off", splitList)
    .addHelpText(
      "after",
      "\nExamples:\n  terralake rehearse kind\n  terralake rehearse gke-dev --layers base,vault\n  terralake rehearse kind --keep\n  terralake rehearse kind --exec 'kubectl get pods --all-namespaces' --skip switch-off",
    )
    .action(async (name: string, options: { keep?: true; layers?: string[]; exec?: string; skip?: string[] }) => {
      const { chooseEnvironment } = await import("../environment-choice");
      const { checkLayers } = await import("../layers");
      const environment = await chooseEnvironment(name);
      const layers = options.layers && checkLayers(options.layers);
      const skip = await checkParts(options.skip ?? []);
      const { rehearse } = await import("../../rehearsal/rehearse");
      const { print } = await import("../output");
      const { steps } = await import("../progress");
      const { describeRehearsal } = await import("../rehearsal-summary");
      const { signal } = context.cancellation;
      const keep = options.keep ?? false;
      const result = await rehearse(environment, {
        keep,
        layers,
        skip,
        exec: options.exec,
        report: steps(signal),
        signal,
        onReady: (ready) => {
          if (!keep) return;
          void describeRehearsal(ready).then(print);
        },
      });
      if (!keep) print(await describeRehearsal(result));
    });
};

async function checkParts(given: readonly string[]): Promise<readonly SkippablePart[]> {
  const { skippableParts } = await import("../../rehearsal/prepare");
  const { CliError, exitCode } = await import("../errors");
  return given.map((name) => {
    const part = skippableParts.find((each) => each === name);
    if (part) return part;
    const allowed = skippableParts.join(", ");
    throw new CliError(`part ${JSON.stringify(name)} cannot be skipped; allowed: ${allowed}`, exitCode.usage);
  });
}

function splitList(value: string): string[] {
  return value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
