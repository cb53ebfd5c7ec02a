import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CoreV1Api, type V1Container, type V1PodSpec, type V1Volume } from "@kubernetes/client-node";
import { execa } from "execa";
import type { ControlPlane } from "./cluster/control-plane";
import { requestToken } from "./cluster/service-accounts";
import type { VaultServer } from "./cluster/vault-server";
import { RehearsalError } from "./rehearsal-error";

/** Settings of {@link preparePod}. */
export interface PodOptions {
  readonly cluster: ControlPlane;
  readonly vault: VaultServer;
  /** Path of the Vault program, whose command line the scripts call. */
  readonly vaultBinary: string;
  readonly namespace: string;
  /** The pod as a job of the cluster would make it. */
  readonly spec: V1PodSpec;
  /** Folder that holds a folder for each volume; absolute. */
  readonly folder: string;
  /**
   * Folders of volumes that outlive the pod, by the names of the volumes.
   *
   * @default - none: every volume is the pod's own
   */
  readonly volumes?: { readonly [volume: string]: string };
  readonly signal: AbortSignal;
}

/** A pod that only seems to run, with its volumes on this machine. */
export interface PreparedPod {
  /** Folder that stands for a volume. */
  folderOf(volume: string): string;
  /** Text of a file in one of the pod's config maps, as it is in the cluster; empty when there is none. */
  readonly config: { readonly [file: string]: string };
  /**
   * Runs the script of a container as it is, by the real shell and Vault's real command line.
   *
   * @returns what it printed
   * @throws RehearsalError when it ends with another exit code than 0
   */
  run(container: string): Promise<string>;
}

/** Lays out the volumes of a pod whose containers run scripts of a config map: `["sh", "/scripts/save.sh"]`. */
export async function preparePod(options: PodOptions): Promise<PreparedPod> {
  const { spec, folder } = options;
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  const folderOf = (volume: string): string => options.volumes?.[volume] ?? join(folder, volume);
  const mounts = new Map(
    containers.flatMap(({ volumeMounts = [] }) => volumeMounts).map((mount) => [mount.mountPath, folderOf(mount.name)]),
  );
  // In one pass, since a folder here may have the name of a mount in its path.
  const anyMount = new RegExp(`(?<![\\w.-])(${[...mounts.keys()].join("|")})(?=/|$)`, "g");
  const local = (text: string): string => text.replaceAll(anyMount, (path) => mounts.get(path) ?? path);

  const config: Record<string, string> = {};
  for (const volume of spec.volumes ?? []) {
    await mkdir(folderOf(volume.name), { recursive: true, mode: 0o700 });
    for (const [name, text] of Object.entries(await filesOf(volume, options))) {
      if (volume.configMap) config[name] = text;
      await writeFile(join(folderOf(volume.name), name), isScript(name) ? local(text) : text, { mode: 0o600 });
    }
  }
  return {
    folderOf,
    config,
    run: async (name) => {
      const container = containers.find((candidate) => candidate.name === name);
      if (!container) throw new RehearsalError(`the pod of ${spec.serviceAccountName} has no container ${name}`);
      return runScript(container, local, options);
    },
  };
}

/** Only scripts name files; what a policy allows may look like one. */
function isScript(name: string): boolean {
  return name.endsWith(".sh");
}

/** What the cluster would put into a volume; certificates are taken from {@link VaultServer.caFile}. */
async function filesOf(volume: V1Volume, options: PodOptions): Promise<{ readonly [file: string]: string }> {
  const { cluster, namespace, spec } = options;
  if (volume.configMap?.name) {
    const core = cluster.client.makeApiClient(CoreV1Api);
    return (await core.readNamespacedConfigMap({ namespace, name: volume.configMap.name })).data ?? {};
  }
  const files: Record<string, string> = {};
  for (const { serviceAccountToken } of volume.projected?.sources ?? []) {
    if (serviceAccountToken) {
      const account = { namespace, name: spec.serviceAccountName ?? "default" };
      files[serviceAccountToken.path] = await requestToken(cluster, account, [serviceAccountToken.audience ?? ""]);
    }
  }
  return files;
}

async function runScript(
  container: V1Container,
  local: (path: string) => string,
  { vault, vaultBinary, spec, signal }: PodOptions,
): Promise<string> {
  const [shell = "sh", ...script] = container.command ?? [];
  const env = Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, local(value ?? "")]));
  const result = await execa(shell, script.map(local), {
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
    },
  });
  if (result.exitCode !== 0) {
    const { name } = container;
    throw new RehearsalError(`container ${name} of ${spec.serviceAccountName} failed: ${result.all ?? ""}`);
  }
  return result.all ?? "";
}
