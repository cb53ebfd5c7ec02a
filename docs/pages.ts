import { App, TerraformElement } from "cdktf";
import { type Flow, type FlowEnd, NetworkFlows } from "../constructs/kubernetes";
import { capacity, type Environment, formatBytes, formatCpu } from "../environments/schema";
import { buildPlatform } from "../stacks/platform";
import type { PlatformStack } from "../stacks/platform-stack";
import { ServicesStack } from "../stacks/services";
import { table } from "./markdown";
import { secretSections } from "./secret-sections";

const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;
const begin = "<!-- environments: written by `npm run docs` -->";
const end = "<!-- /environments -->";

/** The README with its table of environments replaced. */
export function withEnvironments(readme: string, table: string): string {
  const [before, rest] = [readme.indexOf(begin), readme.indexOf(end)];
  if (before < 0 || rest < before) {
    throw new Error(`README.md has no ${begin} ... ${end}`);
  }
  return `${readme.slice(0, before)}${begin}\n${table}${readme.slice(rest)}`;
}

/** Table of environments with what their pods ask for and what their nodes have. */
export function environmentsTable(environments: readonly Environment[]): string {
  return table(
    ["Environment", "Runs on", "CPU asked for / there", "Memory asked for / there", "Volumes", "Services"],
    environments.map((environment) => {
      const { total, available } = capacity(environment);
      return [
        `\`${environment.name}\``,
        place(environment),
        `${(total.cpu / 1000).toFixed(1)} / ${(available.cpu / 1000).toFixed(1)}`,
        `${gib(total.memory)} / ${gib(available.memory)} GiB`,
        `${gib(total.storage)} GiB`,
        Object.keys(environment.services).join(", "),
      ];
    }),
  );
}

/** What a reviewer asks of an environment: what runs, what it costs, who reads which secret, who talks to whom. */
export function environmentPage(environment: Environment): string {
  const stacks = buildPlatform(new App(), environment);
  return [
    `# ${environment.name}`,
    "Written by `npm run docs` from the program; a test compares.",
    `Runs on ${place(environment)}. ${environment.allowDestroy ? "What holds data may be destroyed." : "What holds data cannot be destroyed by a plan."}`,
    "## Stacks",
    table(["Stack", "Resources", "After"], stacks.map(stackRow)),
    "## What pods ask for",
    capacityTable(environment),
    "## Services",
    servicesTable(stacks),
    ...secretSections(environment, stacks),
    "## Who talks to whom",
    "Everything else is refused, both ways, but for DNS.",
    flowsTable(stacks),
  ].join("\n\n");
}

function place({ target }: Environment): string {
  switch (target.kind) {
    case "kind":
      return `kind cluster ${target.cluster}`;
    case "minikube":
      return `minikube profile ${target.profile}`;
    case "gke":
      return `GKE ${target.tier}, ${target.region}`;
    default:
      return target satisfies never;
  }
}

function stackRow(stack: PlatformStack): string[] {
  const resources = stack.node
    .findAll()
    .filter((node) => TerraformElement.isTerraformElement(node) && "terraformResourceType" in node);
  return [stack.node.id, String(resources.length), stack.dependencies.map(({ node }) => node.id).join(", ") || "-"];
}

function capacityTable(environment: Environment): string {
  const { requested, total } = capacity(environment);
  const row = (name: string, { cpu, memory, storage, pods }: typeof total) => [
    name,
    String(pods),
    formatCpu(cpu),
    `${Math.round(memory / mebibyte)}Mi`,
    storage > 0 ? formatBytes(storage) : "-",
  ];
  return table(
    ["Component", "Pods", "CPU", "Memory", "Volumes"],
    [...requested.map((each) => row(each.component, each)), row("all", total)],
  );
}

function servicesTable(stacks: readonly PlatformStack[]): string {
  const connections = stacks.flatMap((stack) => (stack instanceof ServicesStack ? stack.services.connections : []));
  return table(
    ["Service", "Namespace", "Address in the cluster"],
    connections.map(({ service, namespace, address }) => [service, namespace, `\`${address}\``]),
  );
}

function flowsTable(stacks: readonly PlatformStack[]): string {
  const flows = stacks.flatMap((stack) =>
    stack.node.findAll().flatMap((node) => (node instanceof NetworkFlows ? node.flows : [])),
  );
  return table(
    ["From", "To", "Ports", "Because"],
    flows.map((flow: Flow) => [endText(flow.from), endText(flow.to), portsText(flow), flow.reason]),
  );
}

/** Ports of a flow: TCP, and UDP where it says so. */
function portsText({ ports, udpPorts = [] }: Flow): string {
  return [...ports, ...udpPorts.map((port) => `${port}/UDP`)].join(", ");
}

function endText(end: FlowEnd): string {
  return "namespace" in end ? `${end.namespace.name}/${end.name}` : `${end.name} (${end.cidrs.join(", ")})`;
}

function gib(bytes: number): string {
  return (bytes / gibibyte).toFixed(1);
}
