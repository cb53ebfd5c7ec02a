import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

/** What a test makes a snapshot of, or breaks in one. */
export interface SnapshotParts {
  /** Content of the files, in their order. @default - a small one that is whole */
  readonly files?: Readonly<Record<string, string>>;
  /** @default - the right sums of the files */
  readonly sums?: string;
}

/** Files of a snapshot; its state is larger than a block of the archive. */
export const wholeFiles = { "meta.json": '{"Version":1,"Index":44,"Term":3}\n', "state.bin": "data".repeat(5000) };

/** A snapshot as Vault's Raft storage writes it: a packed tar archive with the sums of its files. */
export function snapshotOf({ files = wholeFiles, sums = sumsOf(files) }: SnapshotParts = {}): Buffer {
  const entries = { ...files, SHA256SUMS: sums, "SHA256SUMS.sealed": "sealed" };
  const archive = Object.entries(entries).flatMap(([name, content]) => [header(name, content.length), padded(content)]);
  return gzipSync(Buffer.concat([...archive, Buffer.alloc(1024)]));
}

function sumsOf(files: Readonly<Record<string, string>>): string {
  return Object.entries(files)
    .map(([name, content]) => `${createHash("sha256").update(content).digest("hex")}  ${name}\n`)
    .join("");
}

function padded(content: string): Buffer {
  return Buffer.concat([Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write("0000600\0", 100);
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write("        ", 148);
  block.write("0ustar\0", 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}
