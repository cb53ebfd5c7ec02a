import { createHash } from "node:crypto";
import { access, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";

/** Versions and hashes of Checkov and of all it needs. */
const requirements = fileURLToPath(new URL("requirements.txt", import.meta.url));

/** Oldest Python that the versions above run on. */
const oldestPython = [3, 11] as const;

/** Settings of {@link checkovEnvironment}. */
export interface CheckovEnvironmentOptions {
  /** Folder that keeps programs between runs. */
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  /** Told what takes time. */
  readonly report: (line: string) => void;
}

/**
 * A Python with Checkov in it, installed into the cache by hashes when it is not there yet.
 *
 * @returns path of its `python`, or why there is none
 * @throws Error when the installation fails
 */
export async function checkovEnvironment({
  cacheDir,
  signal,
  report,
}: CheckovEnvironmentOptions): Promise<{ readonly python: string } | { readonly missing: string }> {
  const version = await pythonVersion(signal);
  if (version === undefined) return { missing: `python3 ${oldestPython.join(".")} or newer is not at hand` };
  const key = createHash("sha256")
    .update(await readFile(requirements))
    .update(version)
    .digest("hex")
    .slice(0, 16);
  const folder = join(cacheDir, "python", `checkov-${key}`);
  const complete = join(folder, ".complete");
  const python = join(folder, "bin", "python");
  if (await exists(complete)) return { python };
  report("install Checkov, once (about a minute)");
  // What is left of an installation that was stopped.
  await rm(folder, { recursive: true, force: true });
  await execa("python3", ["-m", "venv", folder], { cancelSignal: signal });
  const pip = [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--require-hashes",
    "-r",
    requirements,
  ];
  await execa(python, pip, { cancelSignal: signal });
  await writeFile(complete, "");
  return { python };
}

/** Version of python3 where it is new enough and can make environments. */
async function pythonVersion(signal: AbortSignal): Promise<string | undefined> {
  const program = "import sys, venv, ensurepip; print('.'.join(map(str, sys.version_info[:3])))";
  const { stdout, exitCode } = await execa("python3", ["-c", program], { reject: false, cancelSignal: signal });
  signal.throwIfAborted();
  const [major = 0, minor = 0] = exitCode === 0 ? stdout.split(".").map(Number) : [];
  return major === oldestPython[0] && minor >= oldestPython[1] ? stdout : undefined;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
