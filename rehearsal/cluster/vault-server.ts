import { X509Certificate } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CoreV1Api, DiscoveryV1Api, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { VaultClient } from "../../operations/vault/client";
import { ClusterError } from "./cluster-error";
import type { ControlPlane } from "./control-plane";
import { POD_ADDRESS } from "./isolation";
import { assertPortsFree } from "./ports";
import type { ProcessGroup, SupervisedProcess } from "./processes";
import { isStatus, readSecret } from "./secret-data";
import { type Rewrite, rewriteVaultConfig, type VaultConfig } from "./vault-config";

export interface VaultServerOptions {
  readonly cluster: ControlPlane;
  readonly group: ProcessGroup;
  /** Path of the Vault program. */
  readonly binary: string;
  /** The server configuration of the release, HCL: `server.ha.raft.config` or `server.standalone.config`. */
  readonly config: string;
  /** Folder for data, certificates and log; absolute. Data in it is kept. */
  readonly folder: string;
  /** Paths of the pod at which volumes are mounted; each is a folder below `folder`. @default - none */
  readonly volumes?: readonly string[];
  /** The secret that the Certificate of the server names. @default - none, for a listener without TLS */
  readonly tlsSecret?: string;
  /** {@link NameProxy.url}: the server asks the API server to review tokens under its name in the cluster. */
  readonly proxyUrl: string;
  /** @default "vault" */
  readonly namespace?: string;
  /** The pod of the release's StatefulSet that the process stands for. @default "vault-0" */
  readonly podName?: string;
  /** The Service that {@link VaultServer.publish} waits for. @default "vault-active" */
  readonly service?: string;
  /** @default 8200; the cluster port is the next one */
  readonly port?: number;
}

/** A running Vault, sealed at first. */
export interface VaultServer {
  /** URL on this machine. */
  readonly address: string;
  /** Certificate to trust, PEM; undefined without TLS. */
  readonly ca: string | undefined;
  /** File with {@link VaultServer.ca}. */
  readonly caFile: string | undefined;
  readonly port: number;
  readonly client: VaultClient;
  /** What was changed in the configuration, to be printed. */
  readonly rewrites: readonly Rewrite[];
  /** Brings the certificate's secret into the pod's files anew, as the kubelet does when it changes. */
  mountCertificate(): Promise<void>;
  /** Stops the process and starts it again on the same data; it is sealed then. */
  restart(): Promise<void>;
  /** Stops the process, takes Raft's data away as a lost volume would, and starts it; it is not initialized then. */
  restartEmpty(): Promise<void>;
  stop(): Promise<void>;
  /**
   * Gives the pod the address and the labels that Vault itself would set in a cluster, and waits until the service answers through
   * the API server's proxy.
   *
   * @returns the URL that reaches the service: through the API server, or `direct` where the machine has no pod address
   */
  publish(): Promise<{ readonly address: string; readonly through: "service-proxy" | "direct" }>;
}

const WAIT_MS = 60_000;
const LOOPBACK = "127.0.0.1";

/** Starts the real Vault that stands where the first pod of the release's StatefulSet would. */
export async function startVault(options: VaultServerOptions): Promise<VaultServer> {
  const { cluster, group, binary, folder, port = 8200, namespace = "vault", podName = "vault-0" } = options;
  await assertPortsFree([
    { port, by: "vault" },
    { port: port + 1, by: "vault cluster" },
  ]);
  const secret = options.tlsSecret === undefined ? {} : await readSecret(cluster, namespace, options.tlsSecret);
  const certificateFiles = Object.fromEntries(Object.keys(secret).map((key) => [key, join(folder, "tls", key)]));
  const config = rewriteVaultConfig(options.config, {
    root: folder,
    listen: cluster.isolated ? "0.0.0.0" : LOOPBACK,
    host: cluster.isolated ? POD_ADDRESS : LOOPBACK,
    port,
    podName,
    certificateFiles,
  });
  const folders = [...config.folders, ...(options.volumes ?? []).map((path) => join(folder, path))];
  await writeFiles(folder, { ...config, folders }, certificateFiles, secret);

  const address = `${config.scheme}://${LOOPBACK}:${port}`;
  const tls = config.scheme === "https";
  const ca = tls ? secret["ca.crt"] : undefined;
  const client = new VaultClient({ address, ca, serverName: tls ? firstName(secret["tls.crt"]) : undefined });
  const spec = {
    name: "vault",
    command: binary,
    args: ["server", `-config=${join(folder, "vault.hcl")}`],
    cwd: folder,
    logFile: join(folder, "vault.log"),
    env: {
      HTTPS_PROXY: options.proxyUrl,
      NO_PROXY: LOOPBACK,
      VAULT_ADDR: undefined,
      VAULT_TOKEN: undefined,
      VAULT_NAMESPACE: undefined,
    },
    // It answers this whether it is sealed or not.
    ready: async () => (await client.status()).version !== "",
  };
  let running: SupervisedProcess = await group.start(spec);
  return {
    address,
    ca,
    caFile: tls ? certificateFiles["ca.crt"] : undefined,
    port,
    client,
    rewrites: config.rewrites,
    mountCertificate: async () => {
      if (options.tlsSecret === undefined) return;
      await writeSecret(certificateFiles, await readSecret(cluster, namespace, options.tlsSecret));
    },
    restart: async () => {
      await running.stop();
      running = await group.start(spec);
    },
    restartEmpty: async () => {
      await running.stop();
      for (const path of config.folders) {
        await rm(path, { recursive: true, force: true });
        await mkdir(path, { recursive: true, mode: 0o700 });
      }
      running = await group.start(spec);
    },
    stop: () => running.stop(),
    publish: async () => {
      const service = options.service ?? "vault-active";
      await labelPod(cluster, namespace, podName);
      if (!cluster.isolated) return { address, through: "direct" };
      await waitForEndpoint(cluster, namespace, service);
      const url = `${cluster.endpoint}/api/v1/namespaces/${namespace}/services/${config.scheme}:${service}:${port}/proxy`;
      return { address: url, through: "service-proxy" };
    },
  };
}

async function writeFiles(
  folder: string,
  config: VaultConfig,
  files: Readonly<Record<string, string>>,
  secret: Readonly<Record<string, string>>,
): Promise<void> {
  await mkdir(join(folder, "tls"), { recursive: true, mode: 0o700 });
  for (const path of config.folders) await mkdir(path, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, "vault.hcl"), config.hcl, { mode: 0o600 });
  await writeSecret(files, secret);
}

async function writeSecret(
  files: Readonly<Record<string, string>>,
  secret: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [key, file] of Object.entries(files)) await writeFile(file, secret[key] ?? "", { mode: 0o600 });
}

/** A name in the certificate, since clients on this machine use an address that need not be in it. */
function firstName(certificate: string | undefined): string | undefined {
  if (certificate === undefined) return undefined;
  return new X509Certificate(certificate).subjectAltName?.match(/DNS:([^,*\s]+)/)?.[1];
}

async function labelPod(cluster: ControlPlane, namespace: string, name: string): Promise<void> {
  const core = cluster.client.makeApiClient(CoreV1Api);
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const pod = await core.readNamespacedPod({ namespace, name }).catch((error: unknown) => {
      if (isStatus(error, 404)) return undefined;
      throw error;
    });
    if (pod?.status?.phase === "Running") break;
    if (Date.now() > deadline) {
      const state = pod ? `is ${pod.status?.phase}` : "does not exist";
      throw new ClusterError(
        `pod ${namespace}/${name} ${state} after ${WAIT_MS / 1000} s; the vault release must make it by its StatefulSet`,
      );
    }
    await sleep(200);
  }
  if (cluster.isolated) {
    const status = { podIP: POD_ADDRESS, podIPs: [{ ip: POD_ADDRESS }] };
    await core.patchNamespacedPodStatus({ namespace, name, body: { status } }, merge);
  }
  // The labels of Vault's own service registration, which needs to run in a pod.
  const labels = {
    "vault-active": "true",
    "vault-initialized": "true",
    "vault-sealed": "false",
    "vault-perf-standby": "false",
  };
  await core.patchNamespacedPod({ namespace, name, body: { metadata: { labels } } }, merge);
}

async function waitForEndpoint(cluster: ControlPlane, namespace: string, service: string): Promise<void> {
  const api = cluster.client.makeApiClient(DiscoveryV1Api);
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const { items } = await api.listNamespacedEndpointSlice({
      namespace,
      labelSelector: `kubernetes.io/service-name=${service}`,
    });
    if (items.some((slice) => slice.endpoints?.some((endpoint) => endpoint.addresses.includes(POD_ADDRESS)))) return;
    if (Date.now() > deadline) {
      throw new ClusterError(
        `service ${namespace}/${service} does not select the Vault pod after ${WAIT_MS / 1000} s; its selector must match the pod's labels and vault-active: "true"`,
      );
    }
    await sleep(200);
  }
}
