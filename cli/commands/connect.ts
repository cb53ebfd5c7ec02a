import type { Register } from "../context";

/** `terralake connect <environment>`: CA and address of the cluster for the vault provider. */
export const registerConnect: Register = (program, context) => {
  program
    .command("connect")
    .summary("write the cluster's CA and address where the vault provider reads them")
    .description(
      "Reads the kubeconfig (KUBECONFIG, else ~/.kube/config), finds the environment's context, checks that its API server " +
        "answers and writes .terralake/<environment>/ca.crt and .terralake/<environment>/endpoint. " +
        "Run it once per cluster, before npx cdktf deploy; terralake up does it by itself. Not needed for GKE.",
    )
    .argument("<environment>", "environment whose cluster is running")
    .addHelpText("after", "\nExamples:\n  terralake connect kind\n  KUBECONFIG=./kubeconfig terralake connect minikube")
    .action(async (name: string) => {
      const { chooseEnvironment } = await import("../environment-choice");
      const { connect } = await import("../clusters/connection");
      const { note, print } = await import("../output");
      const environment = await chooseEnvironment(name);
      if (environment.target.kind === "gke") {
        print(
          `nothing to write for ${name}: the API server of GKE is reached by its DNS endpoint, whose certificate is publicly ` +
            "trusted, and its address is read from the state of the cluster layer; next: npx cdktf diff",
        );
        return;
      }
      const connection = await connect(environment, context.cancellation.signal);
      const version = connection.version ? ` (${connection.version})` : "";
      print(`${connection.context} answers at ${connection.server}${version}; wrote ${connection.files.join(" and ")}`);
      if (connection.hidden) note(`warning: ${connection.hidden}`);
    });
};
