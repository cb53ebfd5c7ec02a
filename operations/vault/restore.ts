import { createReadStream } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isAbort, reasonOf } from "../failure";
import { OperationError } from "../operation-error";
import { withBreakGlass } from "./break-glass";
import type { VaultClient } from "./client";
import { requireOwnContext, type VaultConnection } from "./connection";
import { generateRoot } from "./generate-root";
import { keysSecretName, readUnsealKeys, replaceUnsealKeys } from "./keys-secret";
import type { RestorePlan } from "./restore-plan";
import { failureOf, unsealEach, waitForActive } from "./unseal";
import { VaultError } from "./vault-error";

/** What a restore asks of the person who runs it. */
export interface RestoreDialog {
  /**
   * Asks for key shares.
   *
   * @param reason what they are for, one sentence
   * @param count how many; undefined when nobody knows, and as many as there are
   */
  askKeys(reason: string, count: number | undefined): Promise<readonly string[]>;
  report(line: string): void;
  /** Ends the waiting for Vault. @default - nothing does */
  readonly signal?: AbortSignal;
}

/** Path below `sys/storage/raft/` that takes a snapshot, with or without a look at the keys that it was made with. */
type SnapshotPath = "snapshot" | "snapshot-force";

const applyMs = 5 * 60_000;

/**
 * Puts a snapshot in the place of Vault's data and opens Vault again. Of a local cluster, the keys Secret holds the keys
 * of the restored data afterwards.
 *
 * @throws OperationError with what state Vault is left in and the next step
 */
export async function restore(connection: VaultConnection, plan: RestorePlan, dialog: RestoreDialog): Promise<void> {
  requireOwnContext(connection, "a restore");
  const stored = connection.place.local ? await readUnsealKeys(connection.config) : [];
  const { root, given } =
    plan.kind === "initialize"
      ? await intoNewVault(connection, plan, dialog)
      : await intoRunningVault(connection, plan, dialog, stored);
  // To the end although the run was stopped: a root token is known to nobody else.
  const last = root.uninterrupted();
  try {
    await afterSending(connection, plan, dialog, async () => {
      if (plan.shares) await openRestored(connection, dialog, { stored, given });
      await waitForActive(connection, dialog.signal);
    });
  } catch (error) {
    await last.revokeSelf().catch(() => undefined);
    throw error;
  }
  if (await isGone(last)) return;
  await last.revokeSelf();
  throw new OperationError(
    "vault did not apply the snapshot and has its data of before; see `kubectl --namespace vault logs vault-0 --container vault`",
  );
}

/**
 * Runs what comes after the snapshot was sent. Whoever stops that has changed Vault, and must hear it.
 *
 * @throws OperationError in place of anything else, once the signal is aborted
 */
async function afterSending<Result>(
  { place }: VaultConnection,
  { file, shares }: RestorePlan,
  { signal }: Pick<RestoreDialog, "signal">,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (!signal?.aborted || error instanceof OperationError) throw error;
    const { environment } = place;
    const open = shares ? `, then ${unsealCommand(place)} with the keys of the snapshot where a server is sealed` : "";
    throw new OperationError(
      `the snapshot was sent; the run was stopped before Vault was seen to have the data of ${file}; ` +
        `see terralake vault status ${environment}${open}`,
    );
  }
}

/** Opens Vault by hand and, where a Secret holds the keys, puts those that opened it there. */
function unsealCommand({ environment, local }: VaultConnection["place"]): string {
  return `terralake vault unseal ${environment} --keys-from-stdin${local ? " --keep" : ""}`;
}

/** A snapshot that was sent. */
interface Sent {
  /** Has a token of the data that the snapshot replaces. */
  readonly root: VaultClient;
  /** Keys of the snapshot. @default - those of the Secret are tried */
  readonly given?: readonly string[];
}

/**
 * Initializes Vault with keys that nobody keeps, since they go with the data that the snapshot replaces. Not to be stopped:
 * a Vault that has such keys and no snapshot cannot be opened by anybody.
 */
async function intoNewVault(connection: VaultConnection, plan: RestorePlan, dialog: RestoreDialog): Promise<Sent> {
  const { name } = plan.server;
  const client = plan.server.client.uninterrupted();
  dialog.report(`initialize ${name} for the moment`);
  const { unsealKeys, rootToken } = await client.init(1, 1, plan.shares ? "secret" : "recovery");
  try {
    for (const key of unsealKeys) await client.unseal(key);
    await waitForActive({ servers: [{ name, client }] });
    const root = client.withToken(rootToken);
    // Only a key service can be asked whether it opens the snapshot: shares made a moment ago never do.
    await send(connection, root, plan, plan.shares ? "snapshot-force" : "snapshot", { report: dialog.report });
    return { root };
  } catch (error) {
    throw new OperationError(
      `${name} was initialized for the restore, which failed then (${reasonOf(error)}), and nobody has its keys: delete its volume and pod ` +
        "(`kubectl --namespace vault delete pvc/data-vault-0 pod/vault-0`), then restore again",
    );
  }
}

async function intoRunningVault(
  connection: VaultConnection,
  plan: RestorePlan,
  dialog: RestoreDialog,
  stored: readonly string[],
): Promise<Sent> {
  const { client } = plan.server;
  const token = await withBreakGlass(connection, client, async (entitled) => {
    const { required } = await entitled.rootAttempt();
    const keys =
      stored.length >= required
        ? stored
        : await dialog.askKeys(
            `a root token for the restore takes ${plan.shares ? "unseal" : "recovery"} keys`,
            required,
          );
    dialog.report("make a root token for the restore (break-glass)");
    return generateRoot(entitled, keys);
  });
  const root = client.withToken(token);
  try {
    return { root, given: await replaceData(connection, root, plan, dialog) };
  } catch (error) {
    // Once the data is replaced, there is no such token in it.
    await root
      .uninterrupted()
      .revokeSelf()
      .catch(() => undefined);
    throw error;
  }
}

/** @returns keys of the snapshot, where they are not those of the running Vault */
async function replaceData(
  connection: VaultConnection,
  root: VaultClient,
  plan: RestorePlan,
  dialog: RestoreDialog,
): Promise<readonly string[] | undefined> {
  try {
    await send(connection, root, plan, "snapshot", dialog);
    return undefined;
  } catch (error) {
    if (!isOfOtherKeys(error) || !plan.shares) throw error;
  }
  const reason = "the snapshot was made of a Vault with other keys; to open it afterwards, its unseal keys are needed";
  const keys = await dialog.askKeys(reason, undefined);
  await send(connection, root, plan, "snapshot-force", dialog);
  return keys;
}

async function send(
  connection: VaultConnection,
  root: VaultClient,
  plan: RestorePlan,
  path: SnapshotPath,
  dialog: Pick<RestoreDialog, "report" | "signal">,
): Promise<void> {
  dialog.report(`send the snapshot to ${plan.server.name}`);
  try {
    await root.upload(`sys/storage/raft/${path}`, createReadStream(plan.file), plan.snapshot.bytes);
  } catch (error) {
    if (isAbort(error)) {
      throw new OperationError(
        "the run was stopped while the snapshot was on its way: Vault has its data of before, or the snapshot's; " +
          `see terralake vault status ${connection.place.environment}, then restore again`,
      );
    }
    if (!isOfOtherKeys(error) || plan.shares) throw error;
    throw new OperationError(
      `${plan.file} was sealed with another key of the key service than this Vault's: nobody could open it afterwards; ` +
        "give Vault the key that the snapshot was made with (its Cloud KMS key), then run again",
    );
  }
  await afterSending(connection, plan, dialog, () => waitUntilApplied(root, dialog.signal));
}

/** Vault applies a snapshot after its answer. It has when the token is gone, which the snapshot cannot know, or when it is sealed. */
async function waitUntilApplied(root: VaultClient, signal: AbortSignal | undefined): Promise<void> {
  const deadline = Date.now() + applyMs;
  for (;;) {
    if (await isGone(root)) return;
    if (Date.now() > deadline) {
      throw new OperationError(
        `vault has not applied the snapshot after ${applyMs / 60_000} min; see \`kubectl --namespace vault logs vault-0 --container vault\``,
      );
    }
    await sleep(250, undefined, { signal });
  }
}

/** Whether nobody knows a token any more (403), or Vault is sealed (503). Anything else is of the change itself. */
async function isGone(client: VaultClient): Promise<boolean> {
  return client.get("auth/token/lookup-self").then(
    () => false,
    (error: unknown) =>
      error instanceof VaultError && error.answerer === "vault" && (error.status === 403 || error.status === 503),
  );
}

interface Keys {
  /** In the keys Secret before the restore. */
  readonly stored: readonly string[];
  /** Typed in for the snapshot. */
  readonly given: readonly string[] | undefined;
}

/** Opens Vault with the keys that belong to the restored data, and keeps them where the sidecar looks. */
async function openRestored(connection: VaultConnection, dialog: RestoreDialog, keys: Keys): Promise<void> {
  dialog.report("open Vault with the keys of the snapshot");
  let given: readonly string[];
  try {
    if (keys.given === undefined && (await opens(connection, keys.stored, dialog))) return;
    given =
      keys.given ??
      (await dialog.askKeys(`the restored Vault is not opened by the keys in Secret ${keysSecretName}`, undefined));
    const outcomes = await unsealEach(connection, given);
    const failure = failureOf(outcomes);
    // Shares that have opened one server are the right ones.
    if (failure && !outcomes.some(({ outcome }) => outcome === "opened")) throw failure;
    if (failure) dialog.report(reasonOf(failure));
  } catch (error) {
    if (dialog.signal?.aborted && !(error instanceof OperationError)) throw error;
    throw new OperationError(
      `the snapshot is restored, and Vault is sealed (${reasonOf(error)}); open it with ${unsealCommand(connection.place)}; ` +
        "a server asks for as many shares as before until it starts again: kubectl --namespace vault delete pods --selector app.kubernetes.io/name=vault",
    );
  }
  if (!connection.place.local) return;
  await replaceUnsealKeys(connection.config, given);
  dialog.report(`Secret ${keysSecretName} holds the keys of the snapshot now`);
}

/** Whether keys open every server that answers; wrong ones leave no trace. */
async function opens(
  connection: VaultConnection,
  keys: readonly string[],
  { report }: Pick<RestoreDialog, "report">,
): Promise<boolean> {
  const outcomes = await unsealEach(connection, keys);
  if (outcomes.some((each) => each.outcome === "failed" && each.failure instanceof OperationError)) return false;
  const failure = failureOf(outcomes);
  if (failure && outcomes.every(({ outcome }) => outcome === "failed")) throw failure;
  if (failure) report(reasonOf(failure));
  return true;
}

function isOfOtherKeys(error: unknown): boolean {
  return error instanceof VaultError && error.status === 400 && error.message.includes("could not verify hash file");
}
