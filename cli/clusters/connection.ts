import { mkdir } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Environment } from "../../environments/schema";
import { writeWhole } from "../../operations/write-whole";
import { projectRoot } from "../../rehearsal/paths";
import { CliError } from "../errors";
import { localFolder } from "../project";
import { deployCommand } from "../stack-commands";
import { askVersion } from "./api-server";
import { findCluster, hiddenFromTerraform } from "./kubeconfig";

/** What `connect` found and wrote. */
export interface Connection {
  readonly context: string;
  readonly server: string;
  /** Version of the API server, when it tells. */
  readonly version?: string;
  /** Files that the vault provider reads, from the project's root. */
  readonly files: readonly string[];
  /**
   * Why Terraform will not find the context.
   *
   * @default - it will
   */
  readonly hidden?: string;
}

/** Command that makes the cluster of an environment, for messages. */
export function clusterCommand(environment: Environment): string {
  const { target } = environment;
  switch (target.kind) {
    case "kind":
      return `terralake up ${environment.name}, or kind create cluster --name ${target.cluster}`;
    case "minikube":
      return `terralake up ${environment.name}, or minikube start --profile ${target.profile}`;
    case "gke":
      return deployCommand(environment.name);
  }
  target satisfies never;
}

/**
 * Finds the API server of a local environment, checks that it answers, and writes its certificate authority and address
 * under .terralake/<environment>, where the vault provider reads them (it takes the CA as a file only).
 */
export async function connect(environment: Environment, signal: AbortSignal): Promise<Connection> {
  const { target } = environment;
  if (target.kind === "gke")
    throw new CliError(`environment ${environment.name} is on GKE and needs no connection files`);
  const cluster = await findCluster(target.context, clusterCommand(environment));
  const version = await askVersion(cluster, signal);
  const folder = localFolder(environment.name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files = [join(folder, "ca.crt"), join(folder, "endpoint")] as const;
  await writeWhole(files[0], cluster.ca.endsWith("\n") ? cluster.ca : `${cluster.ca}\n`);
  await writeWhole(files[1], `${cluster.server}\n`);
  return {
    context: target.context,
    server: cluster.server,
    version,
    files: files.map((file) => relative(projectRoot, file)),
    hidden: await hiddenFromTerraform(target.context, cluster.server),
  };
}
