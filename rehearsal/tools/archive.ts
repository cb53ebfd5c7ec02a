import { execFile } from "node:child_process";
import { createReadStream, createWriteStream } from "node:fs";
import { open, rename } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createInflateRaw } from "node:zlib";

/** Takes one file out of an archive. Throws when the archive is broken or has no such file. */
export async function extractMember(
  archive: string,
  format: "zip" | "tar.gz",
  member: string,
  target: string,
): Promise<void> {
  if (format === "zip") {
    await extractFromZip(archive, member, target);
    return;
  }
  const folder = join(target, "..");
  // Both GNU and BSD tar take this form.
  await promisify(execFile)("tar", ["-xzf", archive, "-C", folder, member]);
  await rename(join(folder, member), target);
}

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;

/** Node has no reader for ZIP files; this one knows what the releases use: no encryption, no ZIP64. */
async function extractFromZip(archive: string, member: string, target: string): Promise<void> {
  const file = await open(archive);
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(size, 65_557));
    await file.read(tail, 0, tail.length, size - tail.length);
    let end = tail.length - 22;
    while (end >= 0 && tail.readUInt32LE(end) !== endOfDirectory) {
      end--;
    }
    if (end < 0) {
      throw new Error("not a ZIP file");
    }
    const directory = Buffer.alloc(tail.readUInt32LE(end + 12));
    await file.read(directory, 0, directory.length, tail.readUInt32LE(end + 16));
    for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === directoryEntry; ) {
      const nameLength = directory.readUInt16LE(at + 28);
      const name = directory.toString("utf8", at + 46, at + 46 + nameLength);
      if (name === member) {
        const method = directory.readUInt16LE(at + 10);
        const length = directory.readUInt32LE(at + 20);
        const header = directory.readUInt32LE(at + 42);
        const local = Buffer.alloc(30);
        await file.read(local, 0, 30, header);
        const start = header + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
        const source = createReadStream(archive, { start, end: start + length - 1 });
        await (method === 0
          ? pipeline(source, createWriteStream(target))
          : pipeline(source, createInflateRaw(), createWriteStream(target)));
        return;
      }
      at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    }
    throw new Error(`there is no ${member} in it`);
  } finally {
    await file.close();
  }
}
