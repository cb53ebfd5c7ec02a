import type { Register } from "../context";

const mebibyte = 2 ** 20;

/** `terralake capacity <environment>`: what its pods ask for against what its nodes have. */
export const registerCapacity: Register = (program) => {
  program
    .command("capacity")
    .summary("compare what an environment's pods ask for with its nodes")
    .description(
      "Requests and volumes of each component, the sum against the nodes (those that an autoscaler may add included), and " +
        "whether the largest pod fits a node. An environment that does not fit is refused when it is read, so what is " +
        "printed here fits. Needs no cluster.",
    )
    .argument("<environment>", "environment to look into")
    .option("--json", "print JSON for machines")
    .addHelpText("after", "\nExamples:\n  terralake capacity kind\n  terralake capacity gke-prod --json")
    .action(async (name: string, options: { readonly json?: true }) => {
      const { chooseEnvironment } = await import("../environment-choice");
      const { capacity, formatBytes, formatCpu, largestPodOf } = await import("../../environments/schema");
      const { colors, print, table } = await import("../output");
      const environment = await chooseEnvironment(name);
      const found = capacity(environment);
      const largest = largestPodOf(environment);
      if (options.json) return print(JSON.stringify({ environment: name, ...found, largest }, null, 2));
      const memory = (bytes: number) => `${Math.round(bytes / mebibyte)}Mi`;
      const volumes = (bytes: number) => (bytes > 0 ? formatBytes(bytes) : "-");
      const rows = found.requested.map((each) => [
        each.component,
        String(each.pods),
        formatCpu(each.cpu),
        memory(each.memory),
        volumes(each.storage),
      ]);
      const { total, available } = found;
      rows.push(["all", String(total.pods), formatCpu(total.cpu), memory(total.memory), volumes(total.storage)]);
      rows.push(["nodes have", String(available.pods), formatCpu(available.cpu), memory(available.memory), "-"]);
      print(await table(["component", "pods", "CPU", "memory", "volumes"], rows));
      if (found.pools.length > 1) {
        const pools = found.pools.map((pool) => [
          pool.role,
          `${pool.total.pods} of ${pool.available.pods}`,
          `${formatCpu(pool.total.cpu)} of ${formatCpu(pool.available.cpu)}`,
          `${memory(pool.total.memory)} of ${memory(pool.available.memory)}`,
        ]);
        print(await table(["pools for", "pods", "CPU", "memory"], pools));
      }
      const { pod, node } = largest;
      print(
        `largest pod: ${pod.component} with CPU ${formatCpu(pod.cpu)} and memory ${memory(pod.memory)}, on ${node.name} ` +
          `with CPU ${formatCpu(node.cpu)} and memory ${memory(node.memory)} free`,
      );
      print(colors.dim("Requests, not limits. Volumes have no limit that is known here."));
    });
};
