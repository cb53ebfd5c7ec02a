import { execFile } from "node:child_process";

/**
 * Processes below another one whose program has this name, whatever group or session they are in. Empty where `ps`
 * cannot tell.
 */
export async function descendants(ancestor: number, program: string): Promise<readonly number[]> {
  const listing = await new Promise<string>((resolve) => {
    execFile("ps", ["-A", "-o", "pid=,ppid=,comm="], { maxBuffer: 1 << 24 }, (_error, stdout) => resolve(stdout));
  });
  return matching(listing, ancestor, program);
}

/** The same from the text that `ps -A -o pid=,ppid=,comm=` prints. */
export function matching(listing: string, ancestor: number, program: string): readonly number[] {
  const processes = [...listing.matchAll(/^\s*(\d+)\s+(\d+)\s+(.+?)\s*$/gm)].map(([, pid, parent, command]) => ({
    pid: Number(pid),
    parent: Number(parent),
    name: command?.split("/").pop(),
  }));
  const below = new Set([ancestor]);
  for (let before = 0; before !== below.size; ) {
    before = below.size;
    for (const { pid, parent } of processes) if (below.has(parent)) below.add(pid);
  }
  return processes
    .filter(({ pid, name }) => pid !== ancestor && below.has(pid) && name === program)
    .map(({ pid }) => pid);
}
