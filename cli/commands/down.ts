import type { Environment } from "../../environments/schema";
import type { Context, Register } from "../context";
import { destroyCommand } from "../stack-commands";

/** `terralake down <environment>`: destroys the stacks and the local cluster. */
export const registerDown: Register = (program, context) => {
  program
    .command("down")
    .summary("destroy every stack and delete the local cluster")
    .description(
      "Destroys all stacks of a kind or minikube environment and deletes its cluster, after a confirmation. " +
        "Refuses when the environment does not allow it (allowDestroy).",
    )
    .argument("<environment>", "kind or minikube environment")
    .option("--yes", "do not ask")
    .addHelpText("after", "\nExamples:\n  terralake down kind\n  terralake down kind --yes")
    .action(async (name: string, options: { yes?: true }) => {
      const { chooseEnvironment } = await import("../environment-choice");
      const { CliError } = await import("../errors");
      const environment = await chooseEnvironment(name);
      if (!environment.allowDestroy) {
        throw new CliError(
          `environment ${name} does not allow to be destroyed (allowDestroy is false); to destroy it, first set ` +
            `allowDestroy: true in environments/${name}.ts, have that reviewed and deploy it`,
        );
      }
      if (environment.target.kind === "gke") {
        throw new CliError(
          `down removes local clusters only, and ${name} is on GKE; run ${destroyCommand(name)}; what bootstrap made is never torn down`,
        );
      }
      await removeLocal(environment, options.yes ?? false, context);
    });
};

async function removeLocal(environment: Environment, yes: boolean, context: Context): Promise<void> {
  const { clusterExists, deleteCluster } = await import("../clusters/local-cluster");
  const { connect } = await import("../clusters/connection");
  const { layersWithState, runCdktf, setStateAside } = await import("../deployment");
  const { confirmByName } = await import("../confirmation");
  const { CliError } = await import("../errors");
  const { print } = await import("../output");
  const { onPath } = await import("../processes");
  const { runTasks } = await import("../progress");
  const { synthesize } = await import("../synthesis");
  const { name, target } = environment;
  const { signal } = context.cancellation;
  if (target.kind === "gke") return;
  const layers = await layersWithState(name);
  if (layers.length > 0 && !onPath(target.kind)) {
    throw new CliError(
      `${name} has Terraform state (${layers.join(", ")}), but ${target.kind} is not on PATH, so its cluster cannot be found; ` +
        `terralake doctor ${name} says how to get it`,
    );
  }
  const cluster = await clusterExists(target, signal);
  if (layers.length === 0 && !cluster) {
    print(`nothing to remove: ${name} has no Terraform state and no cluster`);
    return;
  }
  if (!cluster) {
    const folder = await setStateAside(name);
    print(`the cluster of ${name} is gone already; its Terraform state (${layers.join(", ")}) was moved to ${folder}`);
    return;
  }
  const what = [...(layers.length > 0 ? [`layers ${layers.join(", ")}`] : []), "cluster"];
  if (!yes) {
    const lost = what.join(" and the ");
    const question = {
      name,
      consequence: `This destroys the ${lost} of ${name} with all data.`,
      unattended: `down would destroy the ${lost} of ${name}`,
      refused: "nothing was destroyed",
    };
    await confirmByName(question, signal);
  }
  const destroy = [
    { title: "connect", run: async () => void (await connect(environment, signal)) },
    {
      title: "synthesize",
      run: async () =>
        void (await synthesize({ outdir: "cdktf.out", environments: [name], signal, debug: context.debug() })),
    },
    { title: "destroy", run: (report: (line: string) => void) => runCdktf("destroy", name, report, signal) },
  ];
  const remove = {
    title: "delete the cluster",
    run: (report: (line: string) => void) => deleteCluster(target, report, signal),
  };
  await runTasks([...(layers.length > 0 ? destroy : []), remove], signal);
  print(`${name} is removed`);
}
