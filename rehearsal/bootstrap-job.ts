import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BatchV1Api, CoreV1Api, type V1Container } from "@kubernetes/client-node";
import { execa } from "execa";
import { configure, type KeysSecret } from "./cluster/bank-vaults";
import type { ControlPlane } from "./cluster/control-plane";
import { requestToken } from "./cluster/service-accounts";
import type { VaultServer } from "./cluster/vault-server";
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
  /** Whether the job found its configuration applied and left all as it was. */
  readonly nothingToDo: boolean;
  /** What stood in for something else, one sentence each. */
  readonly notes: readonly string[];
}

const label = "app.kubernetes.io/name=vault-bootstrap";

/**
 * Runs the bootstrap job of the cluster, whose pod only seems to run: its `check` and `revoke` scripts as they are, by
 * the real shell and Vault's real command line, its `configure` container by the stand-in for Bank-Vaults.
 */
export async function runBootstrapJob(options: BootstrapJobOptions): Promise<BootstrapResult> {
  const { cluster, vault, namespace, keysSecret, folder } = options;
  const job = await findJob(cluster, namespace);
  const scripts = await cluster.client
    .makeApiClient(CoreV1Api)
    .readNamespacedConfigMap({ namespace, name: job.configMap });
  const mounts = {
    "/config": join(folder, "config"),
    "/work": join(folder, "work"),
    "/var/run/secrets/vault": join(folder, "token"),
  };
  for (const path of Object.values(mounts)) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  }
  const token = await requestToken(cluster, { namespace, name: job.serviceAccount }, [job.audience]);
  await writeFile(join(mounts["/var/run/secrets/vault"], "token"), token, { mode: 0o600 });
  for (const [name, text] of Object.entries(scripts.data ?? {})) {
    const local = Object.entries(mounts).reduce(
      (script, [path, here]) => script.replaceAll(`${path}/`, `${here}/`),
      text,
    );
    await writeFile(join(mounts["/config"], name), local, { mode: 0o600 });
  }
  const shell = async (container: string): Promise<void> => {
    const script = job.containers.find(({ name }) => name === container);
    if (!script) throw new RehearsalError(`job ${job.name} has no container ${container}`);
    await runScript(script, mounts["/config"], mounts["/work"], options);
  };

  await shell("check");
  const nothingToDo = await stat(join(mounts["/work"], "applied")).then(
    () => true,
    () => false,
  );
  const document = scripts.data?.["vault-config.json"] ?? "";
  const { rewrites, notes } = nothingToDo
    ? { rewrites: [], notes: [] }
    : await configure({ cluster, client: vault.client, keysSecret, document });
  await shell("revoke");
  return {
    nothingToDo,
    notes: [...notes, ...rewrites.map(({ path, from, to }) => `vault ${path}: ${to} for ${from}`)],
  };
}

async function findJob(cluster: ControlPlane, namespace: string) {
  const { items } = await cluster.client
    .makeApiClient(BatchV1Api)
    .listNamespacedJob({ namespace, labelSelector: label });
  const [job] = items;
  const spec = job?.spec?.template.spec;
  if (!job || !spec || items.length !== 1) {
    throw new RehearsalError(`${items.length} jobs have the label ${label} in ${namespace}, one is expected`);
  }
  const projected = spec.volumes?.flatMap(({ projected: found }) => found?.sources ?? []) ?? [];
  return {
    name: job.metadata?.name ?? "",
    containers: [...(spec.initContainers ?? []), ...spec.containers],
    serviceAccount: spec.serviceAccountName ?? "default",
    configMap: spec.volumes?.find(({ configMap }) => configMap)?.configMap?.name ?? "",
    audience: projected.find(({ serviceAccountToken }) => serviceAccountToken)?.serviceAccountToken?.audience ?? "",
  };
}

async function runScript(
  container: V1Container,
  config: string,
  home: string,
  options: BootstrapJobOptions,
): Promise<void> {
  const { vault, vaultBinary, signal } = options;
  const [shell = "sh", script = ""] = container.command ?? [];
  const env = Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value ?? ""]));
  const result = await execa(shell, [join(config, script.replace(/^\/config\//, ""))], {
    reject: false,
    all: true,
    cancelSignal: signal,
    // The program is called `vault` in the image; the folder of ours may hold it under the same name only.
    env: {
      ...env,
      PATH: `${join(vaultBinary, "..")}:${process.env.PATH}`,
      VAULT_ADDR: vault.address,
      VAULT_CACERT: vault.caFile,
      VAULT_TLS_SERVER_NAME: "vault-active.vault.svc",
      VAULT_TOKEN: undefined,
      HOME: home,
    },
  });
  if (result.exitCode !== 0) {
    throw new RehearsalError(`container ${container.name} of the bootstrap job failed: ${result.all ?? ""}`);
  }
}
