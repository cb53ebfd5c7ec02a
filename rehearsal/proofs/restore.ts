import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CustomObjectsApi, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { restore as restoreSnapshot } from "../../operations/vault/restore";
import { planRestore } from "../../operations/vault/restore-plan";
import { takeSnapshot } from "../../operations/vault/snapshot";
import { RehearsalError } from "../rehearsal-error";
import { operatorConnection } from "./operator-connection";
import type { Proof, ProofContext } from "./proof";
import { vaultLayer } from "./readers";
import { allThatIsRead } from "./restart";

const waitMs = 60_000;

/** The disaster path: what `terralake vault snapshot` and `restore` do, around the loss of all of Vault's data. */
export const restore: Proof = {
  title: "snapshot, wipe, restore: the secrets are the same",
  async run(context) {
    const { vault, plan, signal, withRoot } = context;
    const before = await allThatIsRead(context);
    const [secret] = (await vaultLayer(context)).secrets;
    if (before.size === 0 || secret === undefined) {
      return undefined;
    }
    const connection = operatorConnection(context);
    const file = join(plan.folder, "restore-proof.snap");
    await rm(file, { force: true });
    const { index } = await takeSnapshot(connection, file);
    const late = `${secret.split("/", 1)[0]}/data/written-after-the-snapshot`;
    await withRoot((root) => root.put(late, { data: { key: "late" } }));

    await vault.restartEmpty();
    if ((await vault.client.role()) !== "uninitialized") {
      throw new RehearsalError("vault without its data takes itself for initialized");
    }
    const restorePlan = await planRestore(connection, file);
    await restoreSnapshot(connection, restorePlan, {
      askKeys: () => {
        throw new RehearsalError("the keys in the Secret did not open the restored vault");
      },
      report: () => undefined,
      signal,
    });
    await syncAgain(context, signal);
    const after = await allThatIsRead(context);
    const changed = [...before.keys(), ...after.keys()].filter((name) => before.get(name) !== after.get(name));
    if (changed.length > 0) {
      throw new RehearsalError(`changed by a restore of vault: ${[...new Set(changed)].join(", ")}`);
    }
    if (await withRoot((root) => root.get(late))) {
      throw new RehearsalError("what was written after the snapshot is there after the restore");
    }
    return `snapshot of index ${index}; all data was lost, ${before.size} values are as before, every ExternalSecret synced anew`;
  },
};

interface Synced {
  readonly spec: { readonly dataFrom?: unknown };
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly status?: {
    readonly refreshTime?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}

const kind = { group: "external-secrets.io", version: "v1", plural: "externalsecrets" };

/** Makes External Secrets read every secret now, whatever it read before, and waits until it has. */
async function syncAgain(
  { cluster, postgres }: Pick<ProofContext, "cluster" | "postgres">,
  signal: ProofContext["signal"],
): Promise<void> {
  const api = cluster.client.makeApiClient(CustomObjectsApi);
  const list = async () => {
    const { items } = (await api.listClusterCustomObject(kind)) as { items: readonly Synced[] };
    // A credential for a time needs the database that it is for.
    return items.filter(({ spec }) => postgres !== undefined || spec.dataFrom === undefined);
  };
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  const since = new Date(Math.floor(Date.now() / 1000) * 1000);
  for (const { metadata } of await list()) {
    const body = { metadata: { annotations: { "force-sync": since.toISOString() } } };
    await api.patchNamespacedCustomObject({ ...kind, ...metadata, body }, merge);
  }
  const deadline = Date.now() + waitMs;
  for (;;) {
    const waiting = (await list()).filter(({ status }) => {
      const ready = status?.conditions?.find(({ type }) => type === "Ready");
      return ready?.status !== "True" || new Date(status?.refreshTime ?? 0) < since;
    });
    if (waiting.length === 0) return;
    if (Date.now() > deadline) {
      const names = waiting.map(({ metadata, status }) => {
        const message = status?.conditions?.find(({ type }) => type === "Ready")?.message ?? "not looked at yet";
        return `${metadata.namespace}/${metadata.name}: ${message}`;
      });
      throw new RehearsalError(
        `ExternalSecrets are not synced ${waitMs / 1000} s after a restore: ${names.join("; ")}`,
      );
    }
    await sleep(500, undefined, { signal });
  }
}
