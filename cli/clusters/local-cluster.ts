import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Environment, parseBytes, parseCpu, type Target } from "../../environments/schema";

import { CliError } from "../errors";
import { onPath, run, runTool } from "../processes";
import { localFolder } from "../project";
import { findEngine } from "../requirements";

type KindTarget = Extract<Target, { kind: "kind" }>;
type MinikubeTarget = Extract<Target, { kind: "minikube" }>;
/** A target on this machine. */
export type LocalTarget = KindTarget | MinikubeTarget;

type Report = (line: string) => void;

/** Time that kind and minikube have for their end, in milliseconds. */
const graceMs = 30_000;

/**
 * Checks that a container engine answers and the tool of the target (kind, minikube) is installed. Throws one CliError
 * that names everything missing and what works without it.
 */
export async function checkLocalTools(
  environment: Environment,
  target: LocalTarget,
  signal: AbortSignal,
): Promise<void> {
  const missing: string[] = [];
  const engine = await findEngine(signal);
  if (!engine.running) missing.push(`no container engine runs (${engine.reason})`);
  if (!onPath(target.kind))
    missing.push(`${target.kind} is not on PATH (terralake doctor ${environment.name} says how to get it)`);
  if (missing.length === 0) return;
  throw new CliError(
    `cannot make the cluster of ${environment.name}: ${missing.join(", and ")}; without them, ` +
      `terralake rehearse ${environment.name} applies the same stacks on this machine with no containers`,
  );
}

/** Whether the target's cluster was made; it may be stopped. */
export async function clusterExists(target: LocalTarget, signal: AbortSignal): Promise<boolean> {
  if (!onPath(target.kind)) return false;
  if (target.kind === "kind") {
    const result = await run("kind", ["get", "clusters"], { signal, timeoutMs: 60_000 });
    return result.code === 0 && result.stdout.split(/\s+/).includes(target.cluster);
  }
  const result = await run("minikube", ["profile", "list", "--output", "json"], { signal, timeoutMs: 60_000 });
  return result.stdout.includes(`"Name":"${target.profile}"`);
}

/** Makes the cluster, and on kind the local registry that its nodes read from. */
export async function createCluster(
  environment: Environment,
  target: LocalTarget,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const pages = environment.services.ingress !== undefined;
  if (target.kind === "minikube")
    return runTool("minikube", minikubeArguments(target, pages), { report, signal, graceMs });
  const folder = localFolder(environment.name);
  const mirrors = join(folder, "registry-mirrors");
  await mkdir(join(mirrors, target.registry), { recursive: true });
  await writeFile(join(mirrors, target.registry, "hosts.toml"), '[host."http://kind-registry:5000"]\n');
  const file = join(folder, "kind.json");
  await writeFile(file, kindConfig(target, mirrors, pages));
  await runTool("kind", ["create", "cluster", "--config", file, "--wait", "5m"], { report, signal, graceMs });
  await startRegistry(target.registry, report, signal);
}

/** Starts the registry's container when it is not there and joins it to the network of the nodes. */
async function startRegistry(registry: string, report: Report, signal: AbortSignal): Promise<void> {
  const engine = await findEngine(signal);
  if (!engine.running) throw new CliError(`the container engine stopped answering (${engine.reason})`);
  const { name } = engine.running;
  const there = await run(name, ["inspect", "kind-registry"], { signal, timeoutMs: 60_000 });
  if (there.code !== 0) {
    const publish = `127.0.0.1:${registry.split(":")[1] ?? "5001"}:5000`;
    const args = [
      "run",
      "-d",
      "--restart=always",
      "-p",
      publish,
      "--name",
      "kind-registry",
      "docker.io/library/registry:2",
    ];
    await runTool(name, args, { report, signal, graceMs });
  }
  const joined = await run(name, ["network", "connect", "kind", "kind-registry"], { signal, timeoutMs: 60_000 });
  if (joined.code !== 0 && !/already/.test(joined.all)) {
    throw new CliError("the local registry cannot join the cluster's network; its output is above", 1, joined.all);
  }
}

/** Deletes the cluster with all its data. */
export async function deleteCluster(target: LocalTarget, report: Report, signal: AbortSignal): Promise<void> {
  const args =
    target.kind === "kind" ? ["delete", "cluster", "--name", target.cluster] : ["delete", "--profile", target.profile];
  await runTool(target.kind, args, { report, signal, graceMs });
}

/** Where the pages of services are reached on this machine: ports of the service `ingress`, where the environment has it. */
const pagePorts = [
  { containerPort: 30080, hostPort: 8000, listenAddress: "127.0.0.1" },
  { containerPort: 30443, hostPort: 8443, listenAddress: "127.0.0.1" },
];

/**
 * Configuration of a kind cluster (JSON, which YAML includes): its nodes, and the folder that names the local registry
 * as the mirror of its address.
 *
 * @param pages whether the pages of services are to be reached on this machine
 * @see https://kind.sigs.k8s.io/docs/user/local-registry/
 */
export function kindConfig(target: KindTarget, mirrors: string, pages: boolean): string {
  const count = target.nodes.reduce((sum, group) => sum + group.count, 0);
  // The mount is the folder above the mirrors' own: a path with a colon cannot be mounted.
  const folder = "/etc/containerd/certs.d";
  const node = (role: string) => ({
    role,
    extraMounts: [{ hostPath: mirrors, containerPath: folder, readOnly: true }],
  });
  // A control plane with workers beside it takes no pods, so it comes on top of the nodes asked for.
  const workers = count > 1 ? Array.from({ length: count }, () => node("worker")) : [];
  const config = {
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    name: target.cluster,
    nodes: [{ ...node("control-plane"), ...(pages ? { extraPortMappings: pagePorts } : {}) }, ...workers],
    containerdConfigPatches: [`[plugins."io.containerd.grpc.v1.cri".registry]\n  config_path = "${folder}"`],
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** Arguments of minikube that make a cluster with the target's nodes; all nodes get the size of the largest. */
export function minikubeArguments(target: MinikubeTarget, pages: boolean): string[] {
  const count = target.nodes.reduce((sum, group) => sum + group.count, 0);
  const cpus = Math.max(...target.nodes.map((group) => Math.ceil(parseCpu(group.cpu) / 1000)));
  const memory = Math.max(...target.nodes.map((group) => Math.ceil(parseBytes(group.memory) / 2 ** 20)));
  const registry = target.registry ? ["--insecure-registry", target.registry] : [];
  const size = ["--nodes", `${count}`, "--cpus", `${cpus}`, "--memory", `${memory}m`];
  const mapped = pagePorts.map((each) => `${each.listenAddress}:${each.hostPort}:${each.containerPort}`);
  const ports = pages ? ["--ports", mapped.join(",")] : [];
  return ["start", "--profile", target.profile, ...size, ...ports, "--wait", "all", ...registry];
}
