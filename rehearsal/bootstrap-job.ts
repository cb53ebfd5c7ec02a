import { stat } from "node:fs/promises";
import { join } from "node:path";
import { BatchV1Api, type V1PodSpec } from "@kubernetes/client-node";
import { configure, type KeysSecret } from "./cluster/bank-vaults";
import type { ControlPlane } from "./cluster/control-plane";
import type { VaultServer } from "./cluster/vault-server";
import { preparePod } from "./pod-scripts";
import { RehearsalError } from "./rehearsal-error";

/** Settings of {@link runBootstrapJob}. */
export interface BootstrapJobOptions {
  readonly cluster: ControlPlane;
  readonly vault: VaultServer;
  /** Path of the Vault program, whose command line the job's scripts call. */
  readonly vaultBinary: string;
  readonly namespace: string;
  readonly keysSecret: KeysSecret;
  /** Folder that stands for the mounts of the job's pod; absolute. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** What a run of the job did. */
export interface BootstrapResult {
  /** Whether the job found a configured Vault and brought it up to date by its own role. */
  readonly withoutRoot: boolean;
  /** What stood in for something else, one sentence each. */
  readonly notes: readonly string[];
}

const label = "app.kubernetes.io/name=vault-bootstrap";

/**
 * Runs the bootstrap job of the cluster, whose pod only seems to run: its `check` and `revoke` scripts as they are, by
 * the real shell and Vault's real command line, its `configure` container by the stand-in for Bank-Vaults.
 */
export async function runBootstrapJob(options: BootstrapJobOptions): Promise<BootstrapResult> {
  const { cluster, vault, namespace, keysSecret } = options;
  const pod = await preparePod({ ...options, spec: await podOfJob(cluster, namespace) });
  await pod.run("check");
  const withoutRoot = await stat(join(pod.folderOf("work"), "applied")).then(
    () => true,
    () => false,
  );
  const document = pod.config["vault-config.json"] ?? "";
  const { rewrites, notes } = withoutRoot
    ? { rewrites: [], notes: [] }
    : await configure({ cluster, client: vault.client, keysSecret, document });
  await pod.run("revoke");
  return {
    withoutRoot,
    notes: [...notes, ...rewrites.map(({ path, from, to }) => `vault ${path}: ${to} for ${from}`)],
  };
}

async function podOfJob(cluster: ControlPlane, namespace: string): Promise<V1PodSpec> {
  const { items } = await cluster.client
    .makeApiClient(BatchV1Api)
    .listNamespacedJob({ namespace, labelSelector: label });
  const spec = items[0]?.spec?.template.spec;
  if (!spec || items.length !== 1) {
    throw new RehearsalError(`${items.length} jobs have the label ${label} in ${namespace}, one is expected`);
  }
  return spec;
}
