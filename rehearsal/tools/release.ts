import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, mkdir, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { extractMember } from "./archive";
import { cachedPath, placeAtomically } from "./cache";
import { ToolError } from "./errors";
import type { Network } from "./network";
import { type Platform, type ToolSpec, thisPlatform } from "./registry";

/**
 * Downloads a tool's official release into the cache, after its checksum was compared. Answers the binary's path, or
 * why there is none. Throws {@link ToolError} when the file is not the one that was published.
 */
export async function download(
  spec: ToolSpec,
  cacheDir: string,
  network: Network,
  report?: (message: string) => void,
  platform: Platform = thisPlatform(),
): Promise<{ readonly path: string } | { readonly reason: string }> {
  const release = spec.release;
  if (!release) {
    return { reason: "no official download with a checksum exists" };
  }
  const address = release.url(platform);
  let wanted: string | undefined;
  if (typeof release.checksum === "function") {
    const sums = await network.text(release.checksum(platform));
    if (!("text" in sums)) {
      return { reason: sums.reason };
    }
    wanted = checksumOf(sums.text, basename(new URL(address).pathname));
  } else {
    wanted = release.checksum[`${platform.os}_${platform.arch}`];
  }
  if (!wanted) {
    return { reason: `no checksum is known for ${platform.os}_${platform.arch}` };
  }

  // Said only now: an unreachable host is no download.
  report?.(`downloading ${spec.name} ${spec.version}`);
  let reason: string | undefined;
  const target = cachedPath(cacheDir, spec, "release");
  try {
    await placeAtomically(cacheDir, target, async (draft) => {
      const work = `${draft}-work`;
      await mkdir(work);
      const file = join(work, "download");
      const result = await network.file(address, file);
      if (result.state !== "done") {
        reason = result.reason;
        throw new NothingMade();
      }
      const found = await sha256(file);
      if (found !== wanted) {
        throw new ToolError(
          `${spec.name} ${spec.version} from ${address} has the checksum ${found}, published is ${wanted}; nothing was kept, try again or set ${spec.variable} to a binary you trust`,
        );
      }
      if (release.archive === "none") {
        await rename(file, draft);
      } else {
        await extractMember(file, release.archive, release.member(platform), join(work, "member"));
        await rename(join(work, "member"), draft);
      }
      await chmod(draft, 0o755);
    });
  } catch (error) {
    if (!(error instanceof NothingMade)) {
      throw error;
    }
  }
  return reason ? { reason } : { path: target };
}

/** Leaves a draft without a result. */
class NothingMade extends Error {}

/** The SHA-256 sum of a file in a list of "sum  name" lines, or the only sum of a text without names. */
export function checksumOf(sums: string, file: string): string | undefined {
  for (const line of sums.split("\n")) {
    const [sum = "", name] = line.trim().split(/\s+\*?/);
    if (/^[0-9a-f]{64}$/i.test(sum) && (name === undefined || basename(name) === file)) {
      return sum.toLowerCase();
    }
  }
  return undefined;
}

/** SHA-256 sum of a file, in hexadecimal. */
export async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
