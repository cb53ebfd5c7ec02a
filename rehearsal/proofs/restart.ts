import { initAndUnseal } from "../cluster/bank-vaults";
import { readSecrets, waitForExternalSecrets } from "../inspect/read-back";
import { RehearsalError } from "../rehearsal-error";
import { keysSecret } from "../vault-node";
import type { Proof, ProofContext } from "./proof";
import { covers, login, readData, vaultLayer } from "./readers";

/** A restarted Vault is sealed, is opened by its keys and has lost nothing. */
export const restart: Proof = {
  title: "Vault restarted has the same secrets",
  async run(context) {
    const { cluster, vault, signal } = context;
    const before = await allThatIsRead(context);
    if (before.size === 0) {
      return undefined;
    }
    await vault.restart();
    if (!(await vault.client.status()).sealed) {
      throw new RehearsalError("vault is not sealed after a restart");
    }
    await initAndUnseal({ cluster, client: vault.client, keysSecret });
    await waitForExternalSecrets(cluster, signal);
    const after = await allThatIsRead(context);
    const changed = [...before.keys(), ...after.keys()].filter((name) => before.get(name) !== after.get(name));
    if (changed.length > 0) {
      throw new RehearsalError(`changed by a restart of vault: ${[...new Set(changed)].join(", ")}`);
    }
    return `it was sealed, its keys opened it, ${before.size} values are as before in Vault and in Kubernetes`;
  },
};

/** What readers get from Vault and what stands in Kubernetes, by where it is from. */
export async function allThatIsRead(context: ProofContext): Promise<ReadonlyMap<string, string>> {
  const { readers, secrets } = await vaultLayer(context);
  const found = new Map((await readSecrets(context.cluster)).values);
  for (const { role, accounts, reads } of readers) {
    for (const account of accounts) {
      const client = await login(context, role, account);
      for (const path of secrets.filter((secret) => reads.some((pattern) => covers(pattern, secret)))) {
        for (const [key, value] of Object.entries(await readData(client, path))) {
          found.set(`${path}#${key} as ${role}`, value);
        }
      }
      await client.revokeSelf();
    }
  }
  return found;
}
