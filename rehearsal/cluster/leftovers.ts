import { execFileSync } from "node:child_process";
import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** What is noted of a process, so that a later run recognizes it beyond doubt (ids are given out again). */
export interface ProcessRecord {
  readonly name: string;
  readonly pid: number;
  readonly identity: string;
  /** The run that started it. While that one lives, nothing is left over. */
  readonly owner: { readonly pid: number; readonly identity: string };
}

/** Start time and command line of a running process; undefined when there is none (or only a zombie). */
export async function processIdentity(pid: number): Promise<string | undefined> {
  if (process.platform !== "linux") {
    try {
      return (
        execFileSync("ps", ["-o", "lstart=,command=", "-p", String(pid)], { encoding: "utf8" }).trim() || undefined
      );
    } catch {
      return undefined;
    }
  }
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold spaces; the fields after it do not: state is the first, start time the 20th.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return undefined;
    const commandLine = (await readFile(`/proc/${pid}/cmdline`, "utf8")).replaceAll("\0", " ").trim();
    return `${fields[19]} ${commandLine}`;
  } catch {
    return undefined;
  }
}

/** Adds a process to the file (one JSON document a line). */
export async function recordProcess(file: string, name: string, pid: number): Promise<void> {
  const identity = await processIdentity(pid);
  if (identity === undefined) return;
  const owner = { pid: process.pid, identity: (await processIdentity(process.pid)) ?? "" };
  const record: ProcessRecord = { name, pid, identity, owner };
  await appendFile(file, `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

/** Removes the notes of this run; those of another run stay. */
export async function forgetProcesses(file: string): Promise<void> {
  const others = (await readRecords(file)).filter(({ owner }) => owner.pid !== process.pid);
  if (others.length === 0) await rm(file, { force: true });
  else await writeFile(file, others.map((record) => `${JSON.stringify(record)}\n`).join(""), { mode: 0o600 });
}

/**
 * Ends what an earlier run left behind: exactly the processes of the file that still have the same start time and command
 * line, and whose run is gone. Removes their notes.
 *
 * @returns names of the processes that were ended
 */
export async function endLeftovers(file: string): Promise<readonly string[]> {
  const ended: string[] = [];
  const kept: ProcessRecord[] = [];
  for (const record of [...(await readRecords(file))].reverse()) {
    if ((await processIdentity(record.owner.pid)) === record.owner.identity) {
      kept.unshift(record);
    } else if ((await processIdentity(record.pid)) === record.identity) {
      await end(record);
      ended.push(record.name);
    }
  }
  if (kept.length === 0) await rm(file, { force: true });
  else await writeFile(file, kept.map((record) => `${JSON.stringify(record)}\n`).join(""), { mode: 0o600 });
  return ended;
}

async function readRecords(file: string): Promise<readonly ProcessRecord[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => parseRecord(line) ?? []);
}

function parseRecord(line: string): ProcessRecord | undefined {
  try {
    const { name, pid, identity, owner } = JSON.parse(line) as Partial<ProcessRecord>;
    return typeof name === "string" && typeof pid === "number" && typeof identity === "string" && owner
      ? { name, pid, identity, owner }
      : undefined;
  } catch {
    return undefined; // the last line of a run that was killed while it wrote
  }
}

async function end(record: ProcessRecord): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    try {
      process.kill(record.pid, signal);
    } catch {
      return;
    }
    for (let i = 0; i < 100; i++) {
      if ((await processIdentity(record.pid)) !== record.identity) return;
      await sleep(100);
    }
  }
}
