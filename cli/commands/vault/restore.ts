import type { SnapshotInfo } from "../../../operations/vault/snapshot-file";
import type { Register } from "../../context";
import { atVault, contextOption, type VaultOptions, type VaultSession } from "../../vault-session";

interface RestoreOptions extends VaultOptions {
  readonly yes?: true;
}

/** `terralake vault restore <environment> <file>`: the way back after a disaster. */
export const registerRestore: Register = (vault, context) => {
  vault
    .command("restore")
    .summary("replace Vault's data by a snapshot's")
    .description(
      "Checks the snapshot, says what it replaces and asks. Works on a Vault that has lost its data (it is initialized for " +
        "the moment), on one that runs, and on one that was made anew with other keys. A root token is made of the unseal " +
        "keys (recovery keys on GKE) and is gone afterwards. Shares that are not in the cluster are asked for, one per line, " +
        "and none is shown; Secret vault/vault-unseal-keys then holds those of the snapshot, so that the sidecar can open Vault.",
    )
    .argument("<environment>", "environment whose Vault gets the data")
    .argument("<file>", "snapshot that terralake vault snapshot, or the snapshot job, wrote")
    .option("--yes", "do not ask for the confirmation")
    .option(...contextOption)
    .addHelpText(
      "after",
      "\nExamples:\n  terralake vault restore kind vault-kind.snap\n  terralake vault restore gke-dev dev.snap --yes < recovery-keys",
    )
    .action((name: string, file: string, options: RestoreOptions) =>
      atVault(
        name,
        options,
        context,
        (session, snapshot) => restoreFrom(session, file, snapshot, options.yes ?? false),
        () => check(file),
      ),
    );
};

async function check(file: string): Promise<SnapshotInfo> {
  const { checkSnapshot } = await import("../../../operations/vault/snapshot-file");
  return checkSnapshot(file);
}

async function restoreFrom(session: VaultSession, file: string, snapshot: SnapshotInfo, yes: boolean): Promise<void> {
  const { planRestore } = await import("../../../operations/vault/restore-plan");
  const { note } = await import("../../output");
  const { confirmRestore, restoreVault } = await import("../../vault-restore");
  const plan = await planRestore(session.connection, file, snapshot);
  note(`${file}: ${snapshot.bytes} bytes, index ${snapshot.index}, sha256 ${snapshot.sha256}`);
  note(plan.replaces);
  if (!yes) await confirmRestore(session.environment.name, session.signal, session.connection.foreignContext);
  await restoreVault(session, plan);
}
