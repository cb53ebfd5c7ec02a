import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { OperationError } from "../operation-error";
import { readTar } from "../tar";

/** What a snapshot says of itself. */
export interface SnapshotInfo {
  /** Raft's index: what was written up to it is in the snapshot. */
  readonly index: number;
  readonly term: number;
  /** Bytes of the file. */
  readonly bytes: number;
  /** Of the file, hexadecimal. */
  readonly sha256: string;
}

const largestDocument = 1 << 20;

/**
 * Reads a snapshot of Vault's Raft storage to its end and compares its content with the sums that it holds.
 *
 * @throws OperationError when it is no snapshot, or not a whole one
 * @see https://github.com/hashicorp/raft-snapshot
 */
export async function checkSnapshot(file: string): Promise<SnapshotInfo> {
  const whole = createHash("sha256");
  let bytes = 0;
  const stream = createReadStream(file);
  stream.on("data", (part) => {
    whole.update(part);
    bytes += part.length;
  });
  try {
    const { index, term } = await checkContent(stream.pipe(withErrors(stream, createGunzip())));
    return { index, term, bytes, sha256: whole.digest("hex") };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperationError(
      `${file} is no whole snapshot of Vault (${reason}); give a file that \`terralake vault snapshot\` wrote`,
    );
  } finally {
    stream.destroy();
  }
}

async function checkContent(archive: Readable): Promise<{ index: number; term: number }> {
  const sums = new Map<string, string>();
  const documents = new Map<string, string>();
  await readTar(archive, async ({ name, size, content }) => {
    const hash = createHash("sha256");
    const parts: Buffer[] = [];
    for await (const part of content) {
      hash.update(part);
      if (size <= largestDocument) parts.push(part);
    }
    sums.set(name, hash.digest("hex"));
    if (size <= largestDocument) documents.set(name, Buffer.concat(parts).toString());
  });
  const expected = [...(documents.get("SHA256SUMS") ?? "").matchAll(/^([0-9a-f]{64})\s+(\S+)$/gm)];
  const listed = expected.map(([, , name]) => name);
  for (const needed of ["meta.json", "state.bin"]) {
    if (!listed.includes(needed)) throw new Error(`it has no sum of ${needed}`);
  }
  for (const [, sum, name = ""] of expected) {
    if (sums.get(name) !== sum) throw new Error(`${name} does not have the sum that it should have`);
  }
  const meta = JSON.parse(documents.get("meta.json") ?? "{}") as { Index?: number; Term?: number };
  return { index: meta.Index ?? 0, term: meta.Term ?? 0 };
}

/** Passes errors of the first stream on, which `pipe` does not. */
function withErrors<Stream extends { destroy(error: Error): unknown }>(from: Readable, to: Stream): Stream {
  from.on("error", (error) => to.destroy(error));
  return to;
}
