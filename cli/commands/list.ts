import type { Environment } from "../../environments/schema";
import type { Context, Register } from "../context";

/** `terralake list [environment]`: the environments, or what one of them holds. */
export const registerList: Register = (program, context) => {
  program
    .command("list")
    .summary("list the environments, or what one of them holds")
    .description(
      "Without an environment: where each runs, its services, and the CPU and memory that it asks for. " +
        "With one: addresses of its services and pages, its stacks, Helm releases with chart versions, where its services are reached, and secrets (path, " +
        "keys, who gets them; never values), read from freshly synthesized JSON. Needs no cluster.",
    )
    .argument("[environment]", "environment to look into")
    .option("--json", "print JSON for machines")
    .addHelpText("after", "\nExamples:\n  terralake list\n  terralake list kind\n  terralake list gke-prod --json")
    .action(async (name: string | undefined, options: { json?: true }) => {
      if (name === undefined) await listAll(options.json ?? false);
      else await listOne(name, options.json ?? false, context);
    });
};

async function listAll(json: boolean): Promise<void> {
  const { loadEnvironments } = await import("../environment-choice");
  const { capacity, formatCpu } = await import("../../environments/schema");
  const { print, table } = await import("../output");
  const environments = (await loadEnvironments()).map((environment) => {
    const { total, available } = capacity(environment);
    return {
      name: environment.name,
      target: targetOf(environment),
      services: Object.entries(environment.services).flatMap(([service, value]) =>
        value === undefined ? [] : [service],
      ),
      requested: { cpuMillicores: total.cpu, memoryBytes: total.memory, storageBytes: total.storage },
      available: { cpuMillicores: available.cpu, memoryBytes: available.memory },
    };
  });
  if (json) return print(JSON.stringify(environments, null, 2));
  const rows = environments.map(({ name, target, services, requested, available }) => [
    name,
    target,
    `${formatCpu(requested.cpuMillicores)} of ${formatCpu(available.cpuMillicores)}`,
    `${gibibytes(requested.memoryBytes)} of ${gibibytes(available.memoryBytes)}`,
    services.join(", ") || "-",
  ]);
  print(await table(["environment", "runs on", "CPU asked for", "memory asked for", "services"], rows));
}

async function listOne(name: string, json: boolean, context: Context): Promise<void> {
  const { chooseEnvironment } = await import("../environment-choice");
  const { withSynthesis } = await import("../synthesis");
  const { connectionsOf } = await import("../connections");
  const { takeInventory } = await import("../inventory");
  const { colors, print, table } = await import("../output");
  const environment = await chooseEnvironment(name);
  const { signal } = context.cancellation;
  const options = { environments: [name], signal, debug: context.debug() };
  const inventory = await withSynthesis(options, takeInventory);
  const { connections, pages } = connectionsOf(environment);
  if (json) {
    const target = targetOf(environment);
    return print(JSON.stringify({ environment: name, target, ...inventory, connections, pages }, null, 2));
  }
  const { stacks, releases, secrets } = inventory;
  const sections: [title: string, head: string[], rows: string[][]][] = [
    [
      "stacks",
      ["stack", "resources", "applied after"],
      stacks.map((s) => [s.name, `${s.resources}`, s.dependencies.join(", ") || "-"]),
    ],
    [
      "Helm releases",
      ["namespace", "release", "chart", "version", "stack"],
      releases.map((r) => [r.namespace, r.release, r.chart, r.version, r.stack]),
    ],
    [
      "connections inside the cluster",
      ["service", "namespace", "address"],
      connections.map(({ service, namespace, address }) => [service, namespace, address]),
    ],
    ["pages", ["page", "address"], pages.map(({ page, address }) => [page, address])],
    [
      "secrets",
      ["path", "keys", "becomes"],
      secrets.map((s) => [s.path, keysText(s.keys), s.consumers.join(", ") || "-"]),
    ],
  ];
  for (const [title, head, rows] of sections) {
    print(colors.bold(`${title} (${rows.length})`));
    print(rows.length > 0 ? await table(head, rows) : "none");
    print();
  }
}

/** Keys of a secret that a row of the table has room for. */
const shownKeys = 6;

function keysText(keys: readonly string[]): string {
  return keys.length > shownKeys ? `${keys.length} keys` : keys.join(", ");
}

function targetOf({ target }: Environment): string {
  switch (target.kind) {
    case "kind":
      return `kind (${target.context})`;
    case "minikube":
      return `minikube (${target.context})`;
    case "gke":
      return `GKE ${target.project} ${target.region}`;
  }
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)}Gi`;
}
