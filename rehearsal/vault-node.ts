import { join } from "node:path";
import { vaultAccess } from "../constructs/vault";
import { stackName } from "../stacks/layers";
import { readStack } from "../stacks/stack-json";
import { runBootstrapJob } from "./bootstrap-job";
import { initAndUnseal } from "./cluster/bank-vaults";
import { issueCertificates } from "./cluster/certificate-issuer";
import type { ControlPlane } from "./cluster/control-plane";
import type { NameProxy } from "./cluster/name-proxy";
import type { ProcessGroup } from "./cluster/processes";
import { startVault, type VaultServer } from "./cluster/vault-server";
import type { RehearsalPlan } from "./prepare";
import { RehearsalError } from "./rehearsal-error";

/** Settings of {@link startVaultNode}. */
export interface VaultNodeOptions {
  readonly plan: RehearsalPlan;
  readonly cluster: ControlPlane;
  readonly group: ProcessGroup;
  readonly proxy: NameProxy;
  /** Path of the Vault program. */
  readonly binary: string;
  readonly signal: AbortSignal;
}

/** The Vault of a rehearsal, open and configured. */
export interface VaultNode {
  readonly version: string;
  readonly server: VaultServer;
  /** What stood in for something else, one sentence each. */
  readonly substitutes: readonly string[];
}

/** Secret with the keys of a local server. */
export const keysSecret = { namespace: vaultAccess.namespace, name: vaultAccess.unsealKeys };

/**
 * Starts Vault where the release's first pod would run it, with the configuration of the release; opens it as the
 * sidecar would, and runs the bootstrap job twice: the second run must do without a root token.
 */
export async function startVaultNode(options: VaultNodeOptions): Promise<VaultNode> {
  const { plan, cluster, group, proxy, binary, signal } = options;
  const { namespace, activeService, port } = vaultAccess;
  // The certificate of the server is in the stack that was just applied.
  await issueCertificates(cluster);
  const vault = await startVault({
    cluster,
    group,
    binary,
    ...(await serverConfiguration(plan)),
    folder: join(plan.folder, "vault"),
    tlsSecret: vaultAccess.serverCertificate,
    proxyUrl: proxy.url,
  });
  await initAndUnseal({ cluster, client: vault.client, keysSecret });
  await vault.publish();
  proxy.add({ name: `${activeService}.${namespace}.svc:${port}`, port: vault.port });

  const job = { cluster, vault, vaultBinary: binary, namespace, keysSecret, signal };
  const first = await runBootstrapJob({ ...job, folder: join(plan.folder, "bootstrap") });
  const second = await runBootstrapJob({ ...job, folder: join(plan.folder, "bootstrap-again") });
  if (!second.withoutRoot) {
    throw new RehearsalError("the bootstrap job could not do without a root token on its second run");
  }
  return {
    version: (await vault.client.status()).version,
    server: vault,
    substitutes: [
      ...vault.rewrites.map(({ path, from, to }) => `vault configuration ${path}: ${to} for ${from}`),
      "stand-in for Bank-Vaults: initializes, opens and configures Vault by its API",
      ...first.notes,
    ],
  };
}

/** The part of the release's values that a server outside of a pod needs. */
interface ServerValues {
  readonly auditStorage?: { readonly mountPath?: string };
  readonly ha?: { readonly raft?: { readonly config?: string } };
}

/** The server's configuration in HCL, and where its pod has volumes, from the values of the release. */
async function serverConfiguration(plan: RehearsalPlan): Promise<{ config: string; volumes: readonly string[] }> {
  const stack = await readStack(plan.synthesized, stackName(plan.environment, "vault"));
  const release = stack.resource?.helm_release?.Vault_Server as { values?: readonly string[] } | undefined;
  const values = JSON.parse(release?.values?.[0] ?? "{}") as { server?: ServerValues };
  const config = values.server?.ha?.raft?.config;
  if (!config) {
    throw new RehearsalError(`${plan.environment}-vault has no server configuration in helm_release.Vault_Server`);
  }
  const audit = values.server?.auditStorage?.mountPath;
  return { config, volumes: audit === undefined ? [] : [audit] };
}
