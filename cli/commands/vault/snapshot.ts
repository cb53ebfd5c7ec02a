import type { Register } from "../../context";
import { atVault, contextOption, type VaultOptions, type VaultSession } from "../../vault-session";

interface SnapshotOptions extends VaultOptions {
  readonly out?: string;
  readonly force?: true;
}

/** `terralake vault snapshot <environment>`: saves Vault's data. */
export const registerSnapshot: Register = (vault, context) => {
  vault
    .command("snapshot")
    .summary("save Vault's data, encrypted as it is, into a file")
    .description(
      "Logs in as service account vault/vault-snapshot, whose Vault role can read snapshots and nothing else, and writes " +
        "one into a file that only you can read. The file has its name once it is whole and its sums are right. Whoever has " +
        "it and the unseal keys (or the key of Cloud KMS) has every secret: keep the two apart.",
    )
    .argument("<environment>", "environment whose Vault is saved")
    .option("--out <file>", "file to write (default: vault-<environment>-<time>.snap)")
    .option("--force", "replace a file that is there")
    .option(...contextOption)
    .addHelpText(
      "after",
      "\nExamples:\n  terralake vault snapshot kind\n  terralake vault snapshot gke-prod --out /backup/prod.snap",
    )
    .action((name: string, options: SnapshotOptions) => {
      const file = options.out ?? `vault-${name}-${new Date().toISOString().replace(/[:.]/g, "-")}.snap`;
      return atVault(
        name,
        options,
        context,
        (session) => snapshot(session, file, options),
        () => check(file, options),
      );
    });
};

async function check(file: string, options: SnapshotOptions): Promise<void> {
  const { checkSnapshotPlace } = await import("../../../operations/vault/snapshot");
  await checkSnapshotPlace(file, { force: options.force });
}

async function snapshot({ connection }: VaultSession, file: string, options: SnapshotOptions): Promise<void> {
  const { takeSnapshot } = await import("../../../operations/vault/snapshot");
  const { print } = await import("../../output");
  const { bytes, index, sha256 } = await takeSnapshot(connection, file, { force: options.force });
  print(`${file}: ${bytes} bytes, index ${index}, sha256 ${sha256}`);
}
