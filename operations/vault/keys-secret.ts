import { CoreV1Api, type KubeConfig, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { vaultAccess } from "../../constructs/vault";
import { describeStatus, isStatus } from "../kubernetes/api-server";

const { namespace, unsealKeys: name } = vaultAccess;

/** Names that Bank-Vaults gives the keys. */
const keyName = (index: number): string => `vault-unseal-${index}`;

/** The Secret that holds a local cluster's keys, for messages. */
export const keysSecretName = `${namespace}/${name}`;

/**
 * Unseal keys of a local cluster, which Bank-Vaults keeps; they are never printed.
 *
 * @returns none when there is no such Secret
 * @throws OperationError when the operator may not read it
 */
export async function readUnsealKeys(config: KubeConfig): Promise<readonly string[]> {
  const data = (await read(config))?.data ?? {};
  const keys: string[] = [];
  for (let index = 0; ; index++) {
    const value = data[keyName(index)];
    if (value === undefined) return keys;
    keys.push(Buffer.from(value, "base64").toString().trim());
  }
}

/**
 * Puts other keys where the sidecar looks for them.
 *
 * @throws OperationError when the operator may not change it
 */
export async function replaceUnsealKeys(config: KubeConfig, keys: readonly string[]): Promise<void> {
  const core = config.makeApiClient(CoreV1Api);
  const data = Object.fromEntries(keys.map((key, index) => [keyName(index), Buffer.from(key).toString("base64")]));
  const existing = await read(config);
  const refuse = (verb: string) => (error: unknown) => {
    throw describeStatus(error, verb, "secrets", namespace, name);
  };
  if (existing === undefined) {
    await core.createNamespacedSecret({ namespace, body: { metadata: { name }, data } }).catch(refuse("create"));
    return;
  }
  // Merging removes what is null: a share too many would be given to Vault too.
  const old = Object.keys(existing.data ?? {}).filter((key) => /^vault-unseal-\d+$/.test(key));
  const body = { data: { ...Object.fromEntries(old.map((key) => [key, null])), ...data } };
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  await core.patchNamespacedSecret({ namespace, name, body }, merge).catch(refuse("patch"));
}

async function read(config: KubeConfig) {
  return config
    .makeApiClient(CoreV1Api)
    .readNamespacedSecret({ namespace, name })
    .catch((error: unknown) => {
      if (isStatus(error, 404)) return undefined;
      throw describeStatus(error, "get", "secrets", namespace, name);
    });
}
