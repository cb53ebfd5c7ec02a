import { mkdir, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BatchV1Api, type V1PodSpec } from "@kubernetes/client-node";
import { vaultAccess } from "../../constructs/vault";
import { preparePod } from "../pod-scripts";
import { RehearsalError } from "../rehearsal-error";
import type { Proof, ProofContext } from "./proof";

/** A snapshot that is older than any environment keeps one. */
const old = "vault-20000101-000000.snap";

const namePattern = /^vault-\d{8}-\d{6}\.snap$/;

/** Runs the scripts of the applied CronJob: those that take a snapshot, and those that keep it where that is a volume. */
export const snapshotJob: Proof = {
  title: "the snapshot job takes a snapshot, and removes an old one only after the new one is kept",
  run: async (context) => {
    const spec = await podOfCronJob(context);
    if (!spec) {
      return undefined;
    }
    const folder = join(context.plan.folder, "snapshot-job");
    await mkdir(folder);
    try {
      return await runTwice(context, spec, folder);
    } finally {
      // The pods' tokens are in it.
      await rm(folder, { recursive: true });
    }
  },
};

async function runTwice(context: ProofContext, spec: V1PodSpec, folder: string): Promise<string> {
  const kept = join(folder, "snapshots");
  await mkdir(kept);
  await writeFile(join(kept, old), "old");
  await utimes(join(kept, old), 0, 0);
  const { name, size } = await take(context, spec, join(folder, "fails"), kept, false);
  if (!spec.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim)) {
    return `took ${name}, ${size} bytes; it goes to a bucket, which is not rehearsed`;
  }
  const after = await take(context, spec, join(folder, "works"), kept, true);
  return `kept ${after.name}, ${after.size} bytes; one that could not be kept left the old one where it was`;
}

/** Takes a snapshot and keeps it, or fails to. */
async function take(context: ProofContext, spec: V1PodSpec, folder: string, kept: string, succeeds: boolean) {
  const { cluster, vault, plan, signal } = context;
  const vaultBinary = plan.tools.vault ?? "vault";
  const { namespace } = vaultAccess;
  const volumes = { snapshots: kept };
  const pod = await preparePod({ cluster, vault, vaultBinary, namespace, spec, folder, volumes, signal });
  await pod.run("save");
  const [name = "", ...others] = (await readdir(pod.folderOf("work"))).filter((file) => file.startsWith("vault-"));
  if (!namePattern.test(name) || others.length > 0) {
    throw new RehearsalError(`the job took "${[name, ...others].join('", "')}", one name like ${old} is expected`);
  }
  const snapshot = await readFile(join(pod.folderOf("work"), name));
  if (snapshot.length === 0) {
    throw new RehearsalError(`the snapshot ${name} is empty`);
  }
  if (spec.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim)) {
    await (succeeds ? keeps(name, snapshot) : failsToKeep(name));
  }
  return { name, size: snapshot.length };

  async function keeps(file: string, content: Buffer): Promise<void> {
    await pod.run("store");
    const found = await readdir(kept);
    if (found.join() !== file || !content.equals(await readFile(join(kept, file)))) {
      throw new RehearsalError(`${found.join(", ") || "nothing"} is kept, ${file} alone is expected, as it was taken`);
    }
  }

  async function failsToKeep(file: string): Promise<void> {
    // A folder of that name stands in the way of the copy.
    await mkdir(join(kept, `${file}.part`));
    const failed = await pod.run("store").then(
      () => false,
      (error: unknown) => error instanceof RehearsalError,
    );
    const found = await readdir(kept);
    await rm(join(kept, `${file}.part`), { recursive: true });
    if (!failed || !found.includes(old)) {
      throw new RehearsalError(`a snapshot could not be kept, and the job ${failed ? `removed ${old}` : "went on"}`);
    }
  }
}

/** The pod of the CronJob; undefined where none takes snapshots. */
async function podOfCronJob({ cluster }: ProofContext): Promise<V1PodSpec | undefined> {
  const { items } = await cluster.client
    .makeApiClient(BatchV1Api)
    .listNamespacedCronJob({ namespace: vaultAccess.namespace });
  const job = items.find(({ metadata }) => metadata?.name === vaultAccess.snapshots);
  return job?.spec?.jobTemplate.spec?.template.spec;
}
