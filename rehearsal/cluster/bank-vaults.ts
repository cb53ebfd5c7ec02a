import { setTimeout as sleep } from "node:timers/promises";
import { CoreV1Api, RbacAuthorizationV1Api } from "@kubernetes/client-node";
import type { VaultClient } from "../../operations/vault/client";
import { VaultError } from "../../operations/vault/vault-error";
import { type BankVaultsAuth, parseBankVaultsConfig } from "./bank-vaults-config";
import { ClusterError } from "./cluster-error";
import type { ControlPlane } from "./control-plane";
import { isStatus } from "./secret-data";
import { requestToken, type ServiceAccountName } from "./service-accounts";
import type { Rewrite } from "./vault-config";

export interface KeysSecret {
  readonly namespace: string;
  readonly name: string;
}

export interface UnsealOptions {
  readonly cluster: Pick<ControlPlane, "client">;
  /** Reaches the server directly, not through the service (which has no endpoint while it is sealed). */
  readonly client: VaultClient;
  /** Secret that holds, or will hold, the keys. */
  readonly keysSecret: KeysSecret;
  /** @default 1 */
  readonly shares?: number;
  /** @default - all shares */
  readonly threshold?: number;
}

/** What was done; both false when the server was open already. */
export interface UnsealResult {
  readonly initialized: boolean;
  readonly unsealed: boolean;
}

export interface ConfigureOptions {
  readonly cluster: Pick<ControlPlane, "client" | "authority">;
  readonly client: VaultClient;
  readonly keysSecret: KeysSecret;
  /** External configuration of bank-vaults, YAML. */
  readonly document: string;
  /** The account whose token reviews other tokens. @default vault/vault, as the chart names it */
  readonly reviewer?: ServiceAccountName;
}

export interface ConfigureResult {
  /** False when the root token is revoked already, so an earlier run did it. */
  readonly applied: boolean;
  readonly policies: readonly string[];
  /** `<auth path>/<role>` */
  readonly roles: readonly string[];
  readonly rewrites: readonly Rewrite[];
  /** What was added or left out, one sentence each, to be printed. */
  readonly notes: readonly string[];
}

/** Names that bank-vaults gives the keys in its Kubernetes mode. */
const ROOT_TOKEN = "vault-root";
const UNSEAL_KEY_PREFIX = "vault-unseal-";
const UNSEAL_KEY = (index: number): string => `${UNSEAL_KEY_PREFIX}${index}`;

const API_SERVER = "https://kubernetes.default.svc:443";
const API_SERVER_NAME = /^https:\/\/kubernetes\.default(\.svc(\.cluster\.local)?)?(:443)?\/?$/;
const AUTH_DELEGATOR = "system:auth-delegator";
const WAIT_MS = 60_000;

/** Stands in for the Bank-Vaults sidecar: initializes a new server, keeps its keys in the secret, and opens a sealed server. */
export async function initAndUnseal(options: UnsealOptions): Promise<UnsealResult> {
  const { client, keysSecret, shares = 1, threshold = shares } = options;
  const status = await client.status();
  const initialized = !status.initialized;
  if (initialized) await initialize(options, shares, threshold);
  const unsealed = initialized || status.sealed;
  if (unsealed) {
    const keys = await readKeys(options.cluster, keysSecret);
    let sealed = true;
    for (let index = 0; sealed; index++) {
      const key = keys[UNSEAL_KEY(index)];
      if (key === undefined) {
        throw new ClusterError(
          `vault stays sealed: secret ${keysSecret.namespace}/${keysSecret.name} has no further key ${UNSEAL_KEY(index)}; the data may be of another server, remove its folder or its claim`,
        );
      }
      sealed = await client.unseal(key);
    }
  }
  const deadline = Date.now() + WAIT_MS;
  while (!(await client.active())) {
    if (Date.now() > deadline)
      throw new ClusterError(`vault is open but not active after ${WAIT_MS / 1000} s; see its log`);
    await sleep(100);
  }
  return { initialized, unsealed };
}

/**
 * Stands in for `bank-vaults configure --once`: applies policies, secrets engines and Kubernetes auth methods with the root token that it kept.
 * It does nothing once that token is revoked.
 */
export async function configure(options: ConfigureOptions): Promise<ConfigureResult> {
  const config = parseBankVaultsConfig(options.document);
  const policies = config.policies.map(({ name }) => name);
  const roles = config.auth.flatMap((auth) => auth.roles.map((role) => `${auth.path}/${role.name}`));
  const notes = config.ignored.map((key) => `bank-vaults configuration: ${key} is left to the secrets layer`);
  const rewrites: Rewrite[] = [];
  const root = await rootClient(options);
  if (root === undefined) return { applied: false, policies, roles, rewrites, notes };
  for (const { name, rules } of config.policies) await root.put(`sys/policies/acl/${name}`, { policy: rules });
  const engines = Object.keys((await root.get("sys/mounts")) ?? {});
  for (const { path, parameters } of config.engines) {
    if (!engines.includes(`${path}/`)) await root.put(`sys/mounts/${path}`, parameters);
  }
  const mounted = Object.keys((await root.get("sys/auth")) ?? {});
  for (const auth of config.auth) {
    if (!mounted.includes(`${auth.path}/`)) await root.put(`sys/auth/${auth.path}`, { type: "kubernetes" });
    await root.put(`auth/${auth.path}/config`, await outsideOfPod(auth, options, rewrites, notes));
    for (const role of auth.roles) await root.put(`auth/${auth.path}/role/${role.name}`, role.parameters);
  }
  return { applied: true, policies, roles, rewrites, notes };
}

async function initialize(options: UnsealOptions, shares: number, threshold: number): Promise<void> {
  const { namespace, name } = options.keysSecret;
  const core = options.cluster.client.makeApiClient(CoreV1Api);
  const existing = await core.readNamespacedSecret({ namespace, name }).catch((error: unknown) => {
    if (isStatus(error, 404)) return undefined;
    throw error;
  });
  if (existing?.data?.[ROOT_TOKEN] !== undefined) {
    throw new ClusterError(
      `vault is new, but secret ${namespace}/${name} holds keys of an earlier server; delete the secret if its data is gone`,
    );
  }
  const keys = await options.client.init(shares, threshold);
  const stringData = {
    [ROOT_TOKEN]: keys.rootToken,
    ...Object.fromEntries(keys.unsealKeys.map((key, index) => [UNSEAL_KEY(index), key])),
  };
  if (existing) await core.replaceNamespacedSecret({ namespace, name, body: { ...existing, stringData } });
  else await core.createNamespacedSecret({ namespace, body: { metadata: { name }, stringData } });
}

async function readKeys(
  cluster: Pick<ControlPlane, "client">,
  { namespace, name }: KeysSecret,
): Promise<Readonly<Record<string, string>>> {
  const core = cluster.client.makeApiClient(CoreV1Api);
  const secret = await core.readNamespacedSecret({ namespace, name }).catch((error: unknown) => {
    if (!isStatus(error, 404)) throw error;
    throw new ClusterError(`vault is sealed and secret ${namespace}/${name} with its keys does not exist`);
  });
  return Object.fromEntries(
    Object.entries(secret.data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
  );
}

/** The unseal keys that a new server was given, as many as there are. */
export async function unsealKeys(
  cluster: Pick<ControlPlane, "client">,
  keysSecret: KeysSecret,
): Promise<readonly string[]> {
  const keys = await readKeys(cluster, keysSecret);
  return Object.keys(keys)
    .filter((name) => name.startsWith(UNSEAL_KEY_PREFIX))
    .sort()
    .map((name) => keys[name] ?? "");
}

/** A client with the root token; undefined when the token is revoked. */
async function rootClient({ cluster, client, keysSecret }: ConfigureOptions): Promise<VaultClient | undefined> {
  const token = (await readKeys(cluster, keysSecret))[ROOT_TOKEN];
  if (token === undefined) {
    throw new ClusterError(`secret ${keysSecret.namespace}/${keysSecret.name} has no key ${ROOT_TOKEN}`);
  }
  const root = client.withToken(token);
  try {
    await root.get("auth/token/lookup-self");
    return root;
  } catch (error) {
    if (error instanceof VaultError && error.status === 403) return undefined;
    throw error;
  }
}

/** What a server in a pod reads from its own files must be said to one that is not in a pod. */
async function outsideOfPod(
  auth: BankVaultsAuth,
  options: ConfigureOptions,
  rewrites: Rewrite[],
  notes: string[],
): Promise<Readonly<Record<string, unknown>>> {
  const { cluster, reviewer = { namespace: "vault", name: "vault" } } = options;
  const config: Record<string, unknown> = { ...auth.config };
  const rewrite = (key: string, value: string, to: string): void => {
    const from =
      key === "token_reviewer_jwt" ? "a token" : key === "kubernetes_ca_cert" ? "a certificate" : String(config[key]);
    rewrites.push({ path: `auth/${auth.path}/config ${key}`, from: config[key] === undefined ? "absent" : from, to });
    config[key] = value;
  };
  if (!API_SERVER_NAME.test(String(config.kubernetes_host ?? ""))) rewrite("kubernetes_host", API_SERVER, API_SERVER);
  rewrite("kubernetes_ca_cert", cluster.authority.certificate, "the rehearsal's certificate authority");
  // Then each client's own token reviews itself, and no reviewer is wanted.
  if (config.disable_local_ca_jwt === true && config.token_reviewer_jwt === undefined) return config;
  const note = await bindReviewer(cluster, reviewer);
  if (note) notes.push(note);
  const token = await requestToken(cluster, reviewer);
  rewrite("token_reviewer_jwt", token, `a token of service account ${reviewer.namespace}/${reviewer.name}`);
  return config;
}

async function bindReviewer(
  cluster: Pick<ControlPlane, "client">,
  account: ServiceAccountName,
): Promise<string | undefined> {
  const rbac = cluster.client.makeApiClient(RbacAuthorizationV1Api);
  const { items } = await rbac.listClusterRoleBinding();
  const bound = items.some(
    (binding) =>
      binding.roleRef.name === AUTH_DELEGATOR &&
      binding.subjects?.some(
        (s) => s.kind === "ServiceAccount" && s.namespace === account.namespace && s.name === account.name,
      ),
  );
  if (bound) return undefined;
  const name = `rehearsal-${account.namespace}-${account.name}-auth-delegator`;
  await rbac.createClusterRoleBinding({
    body: {
      metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: AUTH_DELEGATOR },
      subjects: [{ kind: "ServiceAccount", ...account }],
    },
  });
  return `service account ${account.namespace}/${account.name} had no binding to ${AUTH_DELEGATOR} (the chart makes one); made ${name}`;
}
