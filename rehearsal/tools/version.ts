import { execFile } from "node:child_process";
import { open, stat } from "node:fs/promises";
import type { ToolSpec } from "./registry";

/** A version as numbers and a pre-release word: "1.11.4-rc1" is [1, 11, 4] and "rc1". */
interface ParsedVersion {
  readonly numbers: readonly number[];
  readonly preRelease: string;
}

function parse(version: string): ParsedVersion {
  const [core = "", ...rest] = (version.replace(/^v/, "").split("+")[0] ?? "").split("-");
  return { numbers: core.split(".").map(Number), preRelease: rest.join("-") };
}

/** Order of two versions: negative when the first is older. A pre-release is older than its release. */
export function compareVersions(first: string, second: string): number {
  const [a, b] = [parse(first), parse(second)];
  for (let index = 0; index < Math.max(a.numbers.length, b.numbers.length); index++) {
    const difference = (a.numbers[index] ?? 0) - (b.numbers[index] ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  if (a.preRelease === b.preRelease) {
    return 0;
  }
  if (!a.preRelease) {
    return 1;
  }
  return b.preRelease && a.preRelease > b.preRelease ? 1 : -1;
}

/** Whether a version does for a tool. */
export function accepted(spec: ToolSpec, version: string): boolean {
  const [atLeast, below] = spec.accepts;
  if (atLeast === below) {
    return version === atLeast;
  }
  return compareVersions(version, atLeast) >= 0 && compareVersions(version, below) < 0;
}

/** The accepted versions in words: "1.11.4 (any from 1.11.0 and below 2.0.0 does)". */
export function acceptedText(spec: ToolSpec): string {
  const [atLeast, below] = spec.accepts;
  return atLeast === below ? spec.version : `${spec.version} (any from ${atLeast} and below ${below} does)`;
}

/** Why the version of a binary is not known. */
export class UnknownVersionError extends Error {}

/** Version of a binary, by running it or by reading what Go wrote into it. Throws {@link UnknownVersionError}. */
export async function binaryVersion(spec: ToolSpec, path: string): Promise<string> {
  const file = await stat(path).catch(() => undefined);
  if (!file?.isFile()) {
    throw new UnknownVersionError("no such file");
  }
  if (spec.check.by === "build-info") {
    const { module, moduleVersion } = spec.check;
    if (await containsText(path, `\nmod\t${module}\t${moduleVersion}\t`)) {
      return spec.version;
    }
    throw new UnknownVersionError(`it was not built from ${module} ${moduleVersion}`);
  }
  const output = await run(path, spec.check.args);
  const found = spec.check.pattern.exec(output)?.[1];
  if (!found) {
    throw new UnknownVersionError(`"${spec.name} ${spec.check.args.join(" ")}" prints no version`);
  }
  return found;
}

function run(path: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    // CHECKPOINT_DISABLE: terraform would else ask the network for a newer version.
    const env = { ...process.env, CHECKPOINT_DISABLE: "1" };
    execFile(path, [...args], { timeout: 30_000, env }, (error, stdout, stderr) => {
      if (error && (typeof error.code === "string" || error.killed)) {
        reject(
          new UnknownVersionError(error.killed ? "it does not answer in 30 s" : `it does not run (${error.code})`),
        );
      } else {
        resolve(`${stdout}\n${stderr}`);
      }
    });
  });
}

async function containsText(path: string, text: string): Promise<boolean> {
  const file = await open(path);
  try {
    const chunk = Buffer.alloc(1 << 22);
    // Neighbouring reads overlap, so that a text on their border is found.
    const overlap = Buffer.byteLength(text) - 1;
    for (let position = 0; ; position += chunk.length - overlap) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
      if (chunk.subarray(0, bytesRead).includes(text)) {
        return true;
      }
      if (bytesRead < chunk.length) {
        return false;
      }
    }
  } finally {
    await file.close();
  }
}
