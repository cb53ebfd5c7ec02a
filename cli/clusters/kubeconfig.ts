import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Cluster } from "@kubernetes/client-node";
import { findContext, readConfig } from "../../operations/kubernetes/kubeconfig";
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
 * Where the cluster of a context is, see {@link findContext}. Throws CliError when the context has no CA.
 *
 * @param nextStep what makes the missing context, for instance "terralake up kind"
 */
export async function findCluster(context: string, nextStep: string): Promise<ClusterAddress> {
  const { cluster } = await findContext(context, nextStep);
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
