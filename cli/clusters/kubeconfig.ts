import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type { Cluster, KubeConfig, Context as KubeContext } from "@kubernetes/client-node";
import { CliError } from "../errors";

/** Where a cluster answers and how its certificate is checked. */
export interface ClusterAddress {
  /** URL of the API server. */
  readonly server: string;
  /** Certificates (PEM) that sign the API server's. */
  readonly ca: string;
  /** Name to expect in the API server's certificate, when it is not the host of the URL. */
  readonly serverName?: string;
}

/**
 * Finds a context the way kubectl does: in the files of KUBECONFIG (the first file that has a name wins), else in
 * ~/.kube/config. Throws CliError when there is no file, it cannot be read, or it lacks the context or its CA.
 *
 * @param nextStep what makes the missing context, for instance "terralake up kind"
 */
export async function findCluster(context: string, nextStep: string): Promise<ClusterAddress> {
  const configs = await readFiles(nextStep);
  const contexts = configs.flatMap(({ config }) => (config.contexts ?? []) as KubeContext[]);
  const found = contexts.find((candidate) => candidate.name === context);
  const files = configs.map(({ file }) => file).join(", ");
  if (!found) {
    const names = [...new Set(contexts.map((candidate) => candidate.name))];
    throw new CliError(
      `context ${JSON.stringify(context)} is not in ${files}; contexts there: ${names.join(", ") || "none"}; next: ${nextStep}`,
    );
  }
  const cluster = configs
    .flatMap(({ config }) => (config.clusters ?? []) as Cluster[])
    .find((candidate) => candidate.name === found.cluster);
  if (!cluster?.server) {
    throw new CliError(
      `context ${JSON.stringify(context)} in ${files} names cluster ${JSON.stringify(found.cluster)}, which is not there; next: ${nextStep}`,
    );
  }
  return {
    server: cluster.server.replace(/\/+$/, ""),
    ca: await readCa(cluster, context),
    serverName: cluster.tlsServerName,
  };
}

/**
 * Why Terraform will not find a context that {@link findCluster} found, or nothing: the providers read ~/.kube/config,
 * whatever KUBECONFIG says, so that a plan does not depend on the shell of whoever makes it (rule TF-08).
 */
export async function hiddenFromTerraform(
  context: string,
  server: string,
  file = join(homedir(), ".kube", "config"),
): Promise<string | undefined> {
  const config = existsSync(file) ? await readConfig(file) : undefined;
  const clusterName = config?.contexts?.find((candidate) => candidate.name === context)?.cluster;
  const found = config?.clusters?.find((candidate) => candidate.name === clusterName)?.server?.replace(/\/+$/, "");
  if (found === server) return undefined;
  const instead = found ? `has it at ${found}` : "does not have it";
  return (
    `context ${JSON.stringify(context)} (${server}) comes from KUBECONFIG, but Terraform reads ${file}, which ${instead}; ` +
    "merge the file that KUBECONFIG names into it before you deploy"
  );
}

async function readFiles(nextStep: string): Promise<{ file: string; config: KubeConfig }[]> {
  const named = (process.env.KUBECONFIG ?? "").split(delimiter).filter((file) => file !== "");
  const files = named.length > 0 ? named : [join(homedir(), ".kube", "config")];
  const present = files.filter((file) => existsSync(file));
  if (present.length === 0) {
    const where =
      named.length > 0 ? `KUBECONFIG names ${files.join(", ")}, which is not there` : `no kubeconfig at ${files[0]}`;
    throw new CliError(`${where}; set KUBECONFIG to the cluster's file, or make a cluster; next: ${nextStep}`);
  }
  return Promise.all(present.map(async (file) => ({ file, config: await readConfig(file) })));
}

async function readConfig(file: string): Promise<KubeConfig> {
  const { KubeConfig: Config } = await import("@kubernetes/client-node");
  const config = new Config();
  try {
    config.loadFromFile(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n", 1)[0] : String(error);
    throw new CliError(`kubeconfig ${file} cannot be read (${reason}); correct it or name another one with KUBECONFIG`);
  }
  return config;
}

async function readCa(cluster: Cluster, context: string): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  if (cluster.caData) {
    const text = Buffer.from(cluster.caData, "base64").toString("utf8");
    if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
    throw new CliError(
      `certificate-authority-data of context ${JSON.stringify(context)} is not a PEM certificate; export the kubeconfig again`,
    );
  }
  if (cluster.caFile) {
    return readFile(cluster.caFile, "utf8").catch(() => {
      throw new CliError(
        `certificate-authority ${cluster.caFile} of context ${JSON.stringify(context)} cannot be read; export the kubeconfig again`,
      );
    });
  }
  throw new CliError(
    `context ${JSON.stringify(context)} has no certificate authority (${cluster.server}), so the vault provider could not ` +
      "check who answers; add certificate-authority-data to its cluster, clusters without TLS are not supported",
  );
}
