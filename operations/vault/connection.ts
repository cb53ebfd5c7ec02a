import { readFileSync } from "node:fs";
import type { KubeConfig } from "@kubernetes/client-node";
import { vaultAccess, vaultProxyPath } from "../../constructs/vault";
import type { Environment } from "../../environments/schema";
import { apiServerOf, apiServerTime, authorizeWith, requireVerifiedTls } from "../kubernetes/api-server";
import { loadContext } from "../kubernetes/kubeconfig";
import { OperationError } from "../operation-error";
import { VaultClient } from "./client";
import type { Clocks } from "./clocks";
import type { Place } from "./situations";

/** One server of the cluster. */
export interface VaultServerAccess {
  /** Its pod, such as `vault-0`. */
  readonly name: string;
  /** Reaches this server, sealed or not. */
  readonly client: VaultClient;
}

/** The ways to an environment's Vault. */
export interface VaultConnection {
  readonly place: Place;
  /** Reaches the open, active server; answered with 503 while there is none. */
  readonly active: VaultClient;
  readonly servers: readonly VaultServerAccess[];
  /** The API server, as the operator. */
  readonly config: KubeConfig;
  /** Context that was asked for in place of the environment's own. @default - it is its own */
  readonly foreignContext?: string;
}

/** Settings of {@link connectVault}. */
export interface ConnectionOptions {
  /** @default - the one that the environment's target has */
  readonly context?: string;
  /** Ends every request. @default - nothing does */
  readonly signal?: AbortSignal;
}

/** Context that the environment's cluster has in a kubeconfig, as kind, minikube and gcloud name it. */
export function contextOf({ name, target }: Environment): string {
  if (target.kind !== "gke") return target.context;
  return `gke_${target.project}_${target.region}_${name}`;
}

/** What makes the context of an environment, for messages. */
function contextCommand({ name, target }: Environment): string {
  if (target.kind !== "gke") return `terralake up ${name}`;
  return (
    `gcloud container clusters get-credentials ${name} --project ${target.project} --region ${target.region} --dns-endpoint, ` +
    "or name the context with --context"
  );
}

/**
 * Connects to Vault with the operator's own credentials for the cluster: never its current context, and no port-forward.
 *
 * @throws OperationError when the kubeconfig lacks the context, or its API server cannot prove who it is
 */
export async function connectVault(
  environment: Environment,
  options: ConnectionOptions = {},
): Promise<VaultConnection> {
  const own = contextOf(environment);
  const context = options.context ?? own;
  const config = await loadContext(context, contextCommand(environment));
  requireVerifiedTls(config, contextCommand(environment));
  const connection = connectionThrough(config, environment, options.signal);
  return context === own ? connection : { ...connection, foreignContext: context };
}

/**
 * Refuses to take another cluster for a local environment's: its unseal keys are in a Secret of the cluster, so keys of one
 * would be given to, or kept in, another.
 *
 * @param what what is refused, such as "a restore"
 * @throws OperationError where the environment is local and the context is not its own
 */
export function requireOwnContext(
  { place, foreignContext }: Pick<VaultConnection, "place" | "foreignContext">,
  what: string,
): void {
  if (!place.local || foreignContext === undefined) return;
  throw new OperationError(
    `context ${JSON.stringify(foreignContext)} is not that of ${place.environment}, whose unseal keys are in its own cluster: ` +
      `${what} is refused there; run without --context`,
  );
}

/** The ways to Vault through the service and pod proxies of an API server. */
export function connectionThrough(
  config: KubeConfig,
  environment: Pick<Environment, "name" | "target" | "vault">,
  signal?: AbortSignal,
): VaultConnection {
  const { name, target, vault } = environment;
  const server = apiServerOf(config);
  const authorize = authorizeWith(config);
  const through = (path: string) => new VaultClient({ address: `${server}${path}`, authorize, signal });
  const { namespace, port } = vaultAccess;
  return {
    place: { environment: name, local: target.kind !== "gke" },
    active: vault.address === undefined ? through(vaultProxyPath) : direct(vault.address, signal),
    // A sealed server is no endpoint of the Service, so each is reached by its pod.
    servers: Array.from({ length: vault.replicas }, (_, index) => `vault-${index}`).map((pod) => ({
      name: pod,
      client: through(`/api/v1/namespaces/${namespace}/pods/https:${pod}:${port}/proxy`),
    })),
    config,
  };
}

/** The clocks of everybody who has a say in whether a token is valid. */
export async function clocksOf({ active, config }: VaultConnection): Promise<Clocks> {
  const [apiServer, vault] = await Promise.all([
    apiServerTime(config).catch(() => undefined),
    active.serverTime().catch(() => undefined),
  ]);
  return { here: new Date(), apiServer, vault };
}

/** The variable that Vault's own command line and Terraform's provider read too. */
const caVariable = "VAULT_CACERT";

function direct(address: string, signal: AbortSignal | undefined): VaultClient {
  const file = process.env[caVariable];
  if (!file) return new VaultClient({ address, signal });
  try {
    return new VaultClient({ address, ca: readFileSync(file, "utf8"), signal });
  } catch {
    throw new OperationError(
      `${caVariable} names ${file}, which cannot be read; correct it, or unset it for a public CA`,
    );
  }
}
