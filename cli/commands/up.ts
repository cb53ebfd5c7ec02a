import type { OwnImage } from "../../operations/images/own-images";
import type { Register } from "../context";
import { deployCommand } from "../stack-commands";

/** `terralake up <environment>`: cluster, connection and all stacks. */
export const registerUp: Register = (program, context) => {
  program
    .command("up")
    .summary("create the local cluster and deploy every stack to it")
    .description(
      "Creates the kind or minikube cluster when it is missing, connects to it, writes the Terraform JSON, builds the images " +
        "that upstream does not publish into the cluster's registry and deploys all stacks in order. May be run again: it goes on where it ended. Needs a container engine, kind or minikube, and " +
        "Terraform; where they are missing, terralake rehearse does the same without containers. With --restore, a lost cluster " +
        "is made anew and its Vault gets the data of a snapshot; you are asked for the unseal keys of that Vault first.",
    )
    .argument("<environment>", "kind or minikube environment")
    .option("--restore <snapshot>", "give Vault the data of a snapshot before anything is written into it")
    .option("--yes", "do not ask before a restore into a cluster that is there")
    .addHelpText(
      "after",
      "\nExamples:\n  terralake up kind\n  terralake up minikube\n  terralake up kind --restore vault-kind.snap",
    )
    .action(async (name: string, options: { restore?: string; yes?: true }) => {
      const { chooseEnvironment } = await import("../environment-choice");
      const { CliError } = await import("../errors");
      const { checkLocalTools, clusterExists, createCluster } = await import("../clusters/local-cluster");
      const { connect } = await import("../clusters/connection");
      const { runCdktf } = await import("../deployment");
      const { print } = await import("../output");
      const { confirmRestore, prepareRestore } = await import("../vault-restore");
      const { requireProvidedValues } = await import("../provided-values");
      const { requireRisingVersions } = await import("../secret-versions");
      const { buildCommand, chooseEngine, engineTask, ownImagesOf, pushCommand } = await import("../own-images");
      const { runTasks } = await import("../progress");
      const { synthesize } = await import("../synthesis");
      const { signal } = context.cancellation;
      const environment = await chooseEnvironment(name);
      const { target } = environment;
      if (target.kind === "gke") {
        throw new CliError(
          `up makes local clusters only, and ${name} is on GKE; prepare its project with terralake bootstrap ${name}, review plans ` +
            `with npx cdktf diff <stack>, then run ${deployCommand(name)}`,
        );
      }
      await checkLocalTools(environment, target, signal);
      const ask = !options.yes && options.restore !== undefined && (await clusterExists(target, signal));
      if (ask) await confirmRestore(name, signal);
      const lost = options.restore === undefined ? undefined : await prepareRestore(options.restore, signal);
      const wanted: OwnImage[] = [];
      await runTasks(
        [
          {
            title: `${target.kind} cluster`,
            run: async (report) => {
              if (await clusterExists(target, signal)) report("is there already");
              else await createCluster(environment, target, report, signal);
            },
          },
          {
            title: "connect",
            run: async (report) => {
              const { server, version, hidden } = await connect(environment, signal);
              if (hidden) throw new CliError(hidden);
              report(`${server} ${version ?? ""}`.trim());
            },
          },
          {
            title: "synthesize",
            run: async (report) => {
              const options = { outdir: "cdktf.out", environments: [name], signal, debug: context.debug() };
              const stacks = await synthesize(options);
              await requireProvidedValues(stacks);
              await requireRisingVersions(name, stacks);
              wanted.push(...(await ownImagesOf(environment, stacks)));
              report(`${stacks.length} stacks`);
            },
          },
          {
            title: "images of this project",
            run: async (report) => {
              if (wanted.length === 0) return report("none is needed");
              const engine = chooseEngine(undefined, false);
              for (const command of wanted.flatMap((image) => [
                buildCommand(engine, image),
                pushCommand(engine, image, environment),
              ])) {
                report(command.title);
                await engineTask(command, signal).run(report);
              }
            },
          },
          ...(lost ? lost.tasks(environment) : []),
          { title: "deploy", run: (report) => runCdktf("deploy", name, report, signal) },
        ],
        signal,
      );
      print(
        `${name} is up; context ${target.context}, terralake list ${name} shows what is there, terralake down ${name} removes it`,
      );
    });
};
