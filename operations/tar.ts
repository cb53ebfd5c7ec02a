import type { Readable } from "node:stream";

/** A file in a tar archive. */
export interface TarEntry {
  readonly name: string;
  /** Bytes of its content. */
  readonly size: number;
  /** Must be read to its end before the next entry comes. */
  readonly content: AsyncIterable<Buffer>;
}

const block = 512;

/**
 * Reads a tar archive as it comes, which may be larger than memory.
 *
 * @throws Error when it ends before it should, or is none
 */
export async function readTar(archive: Readable, visit: (entry: TarEntry) => Promise<void>): Promise<void> {
  const reader = new BlockReader(archive);
  for (;;) {
    const header = await reader.exactly(block);
    // An archive ends with blocks of zeros.
    if (header.every((byte) => byte === 0)) break;
    if (checksum(header) !== parseOctal(header, 148, 8)) throw new Error("not a tar archive");
    const name = text(header, 0, 100);
    const size = sizeOf(header);
    await visit({ name, size, content: reader.upTo(size) });
    await reader.exactly((block - (size % block)) % block);
  }
  await reader.rest();
}

class BlockReader {
  private readonly source: AsyncIterator<Buffer>;
  private held: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.source = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  async exactly(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of this.upTo(count)) parts.push(part);
    return Buffer.concat(parts);
  }

  async *upTo(count: number): AsyncIterable<Buffer> {
    for (let left = count; left > 0; ) {
      if (this.held.length === 0 && !(await this.more())) throw new Error("it ends too early");
      const part = this.held.subarray(0, left);
      this.held = this.held.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  /** Reads on to the end, so that what wraps the archive is checked too. */
  async rest(): Promise<void> {
    while (await this.more());
  }

  private async more(): Promise<boolean> {
    const { done, value } = await this.source.next();
    if (done) return false;
    this.held = value;
    return true;
  }
}

function text(header: Buffer, at: number, length: number): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString("utf8");
}

function parseOctal(header: Buffer, at: number, length: number): number {
  return Number.parseInt(text(header, at, length).trim() || "0", 8);
}

/** Size of the content: octal digits, or binary where they do not suffice. */
function sizeOf(header: Buffer): number {
  if (((header[124] ?? 0) & 0x80) === 0) return parseOctal(header, 124, 12);
  return Number(header.readBigUInt64BE(128));
}

/** Sum of the header's bytes, with spaces where the sum itself stands. */
function checksum(header: Buffer): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);
}
