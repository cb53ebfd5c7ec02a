import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type { Cluster, KubeConfig, Context as KubeContext, User } from "@kubernetes/client-node";
import { OperationError } from "../operation-error";

/** A context of a kubeconfig with the cluster that it names. */
export interface FoundContext {
  readonly context: KubeContext;
  readonly cluster: Cluster;
  /** @default - the context names none that is there */
  readonly user?: User;
  /** Files that were read, for messages. */
  readonly files: string;
}

/**
 * Finds a context the way kubectl does: in the files of KUBECONFIG (the first file that has a name wins), else in
 * ~/.kube/config. The current context plays no part.
 *
 * @param nextStep what makes the missing context, for instance "terralake up kind"
 * @throws OperationError when there is no file, it cannot be read, or it lacks the context or its cluster
 */
export async function findContext(name: string, nextStep: string): Promise<FoundContext> {
  const configs = await readFiles(nextStep);
  const files = configs.map(({ file }) => file).join(", ");
  const contexts = configs.flatMap(({ config }) => config.contexts ?? []);
  const context = contexts.find((candidate) => candidate.name === name);
  if (!context) {
    const names = [...new Set(contexts.map((candidate) => candidate.name))];
    throw new OperationError(
      `context ${JSON.stringify(name)} is not in ${files}; contexts there: ${names.join(", ") || "none"}; next: ${nextStep}`,
    );
  }
  const cluster = configs.flatMap(({ config }) => config.clusters ?? []).find(({ name }) => name === context.cluster);
  if (!cluster?.server) {
    throw new OperationError(
      `context ${JSON.stringify(name)} in ${files} names cluster ${JSON.stringify(context.cluster)}, which is not there; next: ${nextStep}`,
    );
  }
  const user = configs.flatMap(({ config }) => config.users ?? []).find(({ name }) => name === context.user);
  return { context, cluster, user, files };
}

/**
 * A client's configuration for one context, with the credentials of whoever runs this: client certificate, token or exec
 * plugin.
 *
 * @param nextStep what makes the missing context
 * @throws OperationError as {@link findContext}, and when the context has no user
 */
export async function loadContext(name: string, nextStep: string): Promise<KubeConfig> {
  const { context, cluster, user, files } = await findContext(name, nextStep);
  if (!user) {
    throw new OperationError(
      `context ${JSON.stringify(name)} in ${files} names user ${JSON.stringify(context.user)}, which is not there; next: ${nextStep}`,
    );
  }
  const { KubeConfig: Config } = await import("@kubernetes/client-node");
  const config = new Config();
  config.loadFromOptions({ clusters: [cluster], users: [user], contexts: [context], currentContext: context.name });
  return config;
}

/** Reads one kubeconfig. @throws OperationError when it is none */
export async function readConfig(file: string): Promise<KubeConfig> {
  const { KubeConfig: Config } = await import("@kubernetes/client-node");
  const config = new Config();
  try {
    config.loadFromFile(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n", 1)[0] : String(error);
    throw new OperationError(
      `kubeconfig ${file} cannot be read (${reason}); correct it or name another one with KUBECONFIG`,
    );
  }
  return config;
}

async function readFiles(nextStep: string): Promise<{ file: string; config: KubeConfig }[]> {
  const named = (process.env.KUBECONFIG ?? "").split(delimiter).filter((file) => file !== "");
  const files = named.length > 0 ? named : [join(homedir(), ".kube", "config")];
  const present = files.filter((file) => existsSync(file));
  if (present.length === 0) {
    const where =
      named.length > 0 ? `KUBECONFIG names ${files.join(", ")}, which is not there` : `no kubeconfig at ${files[0]}`;
    throw new OperationError(`${where}; set KUBECONFIG to the cluster's file, or make a cluster; next: ${nextStep}`);
  }
  return Promise.all(present.map(async (file) => ({ file, config: await readConfig(file) })));
}
