import { existsSync } from "node:fs";
import { vaultAccess } from "../../constructs/vault";
import { OperationError } from "../operation-error";
import { checkFolder, writeWhole } from "../write-whole";
import type { VaultConnection } from "./connection";
import { loginAs, withLogin } from "./service-account";
import { checkSnapshot, type SnapshotInfo } from "./snapshot-file";

/** Settings of {@link takeSnapshot}. */
export interface SnapshotOptions {
  /** Replace a file that is there. @default false */
  readonly force?: boolean;
}

/**
 * Checks that a snapshot can be written to a file, before Vault is asked for one.
 *
 * @throws OperationError when the file is there already, or its folder cannot be written to
 */
export async function checkSnapshotPlace(file: string, { force = false }: SnapshotOptions = {}): Promise<void> {
  if (existsSync(file) && !force) {
    throw new OperationError(`${file} is there already; name another one with --out, or replace it with --force`);
  }
  await checkFolder(file);
}

/**
 * Saves Vault's data, encrypted as it is, into a file for its owner only. The file takes its name once it is whole and
 * its sums are right.
 *
 * @throws OperationError when the file cannot be written or what came is not a whole snapshot
 */
export async function takeSnapshot(
  connection: Pick<VaultConnection, "active" | "config">,
  file: string,
  options: SnapshotOptions = {},
): Promise<SnapshotInfo> {
  await checkSnapshotPlace(file, options);
  return withLogin(await loginAs(connection, connection.active, vaultAccess.snapshots), async (client) => {
    const info = await writeWhole(file, async (handle, temporary) => {
      const answer = await client.download("sys/storage/raft/snapshot");
      // Each part is written behind the one before, and wholly.
      for await (const part of answer) await handle.writeFile(part as Buffer);
      return checkSnapshot(temporary).catch(() => {
        throw new OperationError("what came from Vault is no whole snapshot, and nothing was written; run again");
      });
    });
    return info as SnapshotInfo;
  });
}
