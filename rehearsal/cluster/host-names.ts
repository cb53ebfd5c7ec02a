import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { ClusterError } from "./cluster-error";

const hostsFile = "/etc/hosts";

/**
 * Lets names of the cluster lead to loopback, for programs that take no proxy: a file of the rehearsal is laid over the
 * machine's, in the mount namespace of the rehearsal only.
 *
 * @param folder where the file is kept; absolute
 * @throws ClusterError when the file cannot be laid over
 */
export async function nameHosts(names: readonly string[], folder: string): Promise<void> {
  const file = join(folder, "hosts");
  const before = await readFile(hostsFile, "utf8").catch(() => "127.0.0.1 localhost\n");
  await writeFile(file, `${before.trimEnd()}\n127.0.0.1 ${names.join(" ")}\n`);
  const result = await execa("mount", ["--bind", file, hostsFile], { reject: false });
  if (result.exitCode !== 0) {
    throw new ClusterError(`cannot lay ${file} over ${hostsFile}: ${result.stderr}`);
  }
}
