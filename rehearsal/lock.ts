import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { processIdentity } from "./cluster/leftovers";
import { stateFolder } from "./paths";
import { RehearsalError } from "./rehearsal-error";

interface Holder {
  readonly pid: number;
  /** Start time and command line, since process ids are given out again. */
  readonly identity: string;
  readonly environment: string;
}

/**
 * Makes sure that one rehearsal runs at a time in this checkout. A lock whose process is gone is taken over.
 *
 * @param folder where the lock is kept
 * @returns a function that gives the lock back
 * @throws RehearsalError that names the process that holds it
 */
export async function lockRehearsal(
  environment: string,
  folder = join(stateFolder, "rehearsal"),
): Promise<() => Promise<void>> {
  const file = join(folder, "lock.json");
  await mkdir(folder, { recursive: true });
  const mine: Holder = { pid: process.pid, identity: (await processIdentity(process.pid)) ?? "", environment };
  const text = JSON.stringify(mine);
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await writeFile(file, text, { flag: "wx" });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
        throw error;
      }
    }
    const holder = await readHolder(file);
    if (holder && (await processIdentity(holder.pid)) === holder.identity) {
      throw new RehearsalError(
        `a rehearsal of ${holder.environment} runs already (process ${holder.pid}): wait until it ends, or stop it with Ctrl-C`,
      );
    }
    await rm(file, { force: true });
  }
  throw new RehearsalError(`cannot take the lock ${file}: remove it if no rehearsal runs`);
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}
