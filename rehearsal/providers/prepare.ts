import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { cacheFolder } from "../paths";
import { type AcquireOptions, acquireTools, Network, ToolError, type ToolName, tools } from "../tools";
import { placeAtomically } from "../tools/cache";
import { cliConfigText, mirrorHas, providerName, putIntoMirror, registryHost } from "./mirror";

/** Where a provider came from. */
export type ProviderSource = "folder" | "cache" | "registry" | "built";

/** A provider that Terraform will find. */
export interface PreparedProvider {
  /** Such as `hashicorp/vault`. */
  readonly provider: string;
  /** The version that the stacks name. */
  readonly wanted: string;
  /** The version that is there. */
  readonly used: string;
  readonly from: ProviderSource;
}

/** What {@link prepareProviders} made. */
export interface PreparedProviders {
  /** Path of a Terraform CLI configuration, for `TF_CLI_CONFIG_FILE`; it names folders only, never the network. */
  readonly cliConfig: string;
  readonly providers: readonly PreparedProvider[];
  /** Those whose version is not the one the stacks name. */
  readonly substitutes: readonly PreparedProvider[];
}

/** Settings of {@link prepareProviders}. */
export interface PrepareOptions
  extends Pick<AcquireOptions, "environment" | "cacheDir" | "report" | "network" | "signal" | "spec"> {
  /**
   * Path of Terraform, which copies providers from the registry.
   *
   * @default - acquireTools
   */
  readonly terraform?: string;
}

/**
 * Makes the providers of the stacks available without a network: from the folder `TERRALAKE_PROVIDERS` (a filesystem
 * mirror), a mirror in the cache, the registry, or built from pinned Go modules in the version that can be built.
 *
 * @param required versions by provider: `hashicorp/vault` is `5.6.0`
 * @throws ToolError that names every provider that cannot be had
 */
export async function prepareProviders(
  required: ReadonlyMap<string, string>,
  options: PrepareOptions = {},
): Promise<PreparedProviders> {
  const environment = options.environment ?? process.env;
  const cacheDir = options.cacheDir ?? cacheFolder(environment);
  const network = options.network ?? new Network(options.signal ? { signal: options.signal } : {});
  const cacheMirror = join(cacheDir, "providers", "registry");
  const mirrors = new Map<string, string[]>();
  const prepared: PreparedProvider[] = [];
  const take = (mirror: string, provider: string, wanted: string, used: string, from: ProviderSource) => {
    mirrors.set(mirror, [...(mirrors.get(mirror) ?? []), provider]);
    prepared.push({ provider, wanted, used, from });
  };

  let missing = [...required].map(([provider, wanted]) => ({ provider, wanted: wanted.replace(/^=\s*/, "") }));
  const takeFrom = (mirror: string, from: ProviderSource) => {
    missing = missing.filter(({ provider, wanted }) => {
      const there = mirrorHas(mirror, provider, wanted);
      if (there) {
        take(mirror, provider, wanted, wanted, from);
      }
      return !there;
    });
  };

  const folder = environment.TERRALAKE_PROVIDERS;
  if (folder) {
    if (!existsSync(join(folder, registryHost))) {
      throw new ToolError(
        `TERRALAKE_PROVIDERS is ${folder}: it holds no folder ${registryHost}; make it with "terraform providers mirror ${folder}"`,
      );
    }
    takeFrom(resolve(folder), "folder");
  }
  takeFrom(cacheMirror, "cache");
  const full: PrepareOptions = { ...options, environment, cacheDir, network };
  if (missing.length > 0 && (await copyFromRegistry(missing, cacheMirror, full))) {
    takeFrom(cacheMirror, "registry");
  }
  if (missing.length > 0) {
    const built = await buildMirror(missing, full);
    for (const { provider, wanted } of missing) {
      take(built.mirror, provider, wanted, built.versions.get(provider) ?? wanted, "built");
    }
  }

  const text = cliConfigText(mirrors);
  const name = `${createHash("sha256").update(text).digest("hex").slice(0, 16)}.tfrc`;
  const cliConfig = join(cacheDir, "providers", "cli", name);
  await placeAtomically(cacheDir, cliConfig, (draft) => writeFile(draft, text));
  prepared.sort((a, b) => a.provider.localeCompare(b.provider));
  return { cliConfig, providers: prepared, substitutes: prepared.filter(({ wanted, used }) => wanted !== used) };
}

interface Missing {
  readonly provider: string;
  readonly wanted: string;
}

/** Copies providers into the mirror of the cache. Answers whether the registry gave them. */
async function copyFromRegistry(
  missing: readonly Missing[],
  mirror: string,
  options: PrepareOptions,
): Promise<boolean> {
  if (!(await options.network?.answers(`https://${registryHost}/.well-known/terraform.json`))) {
    return false;
  }
  const { report, signal, environment, cacheDir } = options;
  const terraform =
    options.terraform ?? (await acquireTools(["terraform"], options)).get("terraform")?.path ?? "terraform";
  report?.(`copying ${missing.map(({ provider, wanted }) => `${provider} ${wanted}`).join(", ")} from ${registryHost}`);
  const parent = join(cacheDir ?? cacheFolder(environment), "unfinished");
  await mkdir(parent, { recursive: true });
  await mkdir(mirror, { recursive: true });
  const folder = await mkdtemp(join(parent, "mirror-"));
  try {
    const required = missing.map(({ provider, wanted }) => [
      providerName(provider),
      { source: `${registryHost}/${provider}`, version: `= ${wanted}` },
    ]);
    const json = { terraform: { required_providers: Object.fromEntries(required) } };
    await writeFile(join(folder, "providers.tf.json"), JSON.stringify(json));
    const cliConfig = join(folder, "empty.tfrc");
    await writeFile(cliConfig, "disable_checkpoint = true\n");
    const result = await execa(terraform, [`-chdir=${folder}`, "providers", "mirror", mirror], {
      env: { ...environment, TF_CLI_CONFIG_FILE: cliConfig, CHECKPOINT_DISABLE: "1" },
      extendEnv: false,
      reject: false,
      ...(signal ? { cancelSignal: signal } : {}),
    });
    signal?.throwIfAborted();
    if (result.exitCode !== 0) {
      const line = String(result.stderr)
        .split("\n")
        .find((text) => text.includes("Error:"));
      report?.(`${registryHost} did not give the providers: ${line ?? `exit code ${result.exitCode}`}`);
    }
    return true;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Builds providers and puts them into a mirror of their own, under the versions that they are. */
async function buildMirror(
  missing: readonly Missing[],
  options: PrepareOptions,
): Promise<{ readonly mirror: string; readonly versions: ReadonlyMap<string, string> }> {
  const names = new Map<string, ToolName>();
  const impossible: string[] = [];
  for (const { provider, wanted } of missing) {
    const name = [...tools.keys()].find(
      (tool) => `hashicorp/${tool}` === provider.replace("/", "/terraform-provider-"),
    );
    if (name) {
      names.set(provider, name);
    } else {
      impossible.push(`${provider} ${wanted}`);
    }
  }
  if (impossible.length > 0) {
    throw new ToolError(
      `the providers ${impossible.join(", ")} are missing: ${registryHost} is not reachable and they cannot be built; set TERRALAKE_PROVIDERS to a filesystem mirror made by "terraform providers mirror"`,
    );
  }

  const binaries = await acquireTools([...names.values()], options);
  const cacheDir = options.cacheDir ?? cacheFolder(options.environment);
  const hash = createHash("sha256");
  const versions = new Map<string, string>();
  const files = [...names].sort().map(([provider, name]) => {
    const tool = binaries.get(name);
    if (!tool) {
      throw new ToolError(`${name} is missing`);
    }
    versions.set(provider, tool.version);
    hash.update(`${provider} ${tool.version} ${tool.path}\n`);
    return { provider, version: tool.version, path: tool.path };
  });
  // Named by what is in it: another build of the same version gets another folder.
  const mirror = join(cacheDir, "providers", `built-${hash.digest("hex").slice(0, 16)}`);
  if (!existsSync(mirror)) {
    await placeAtomically(cacheDir, mirror, async (draft) => {
      for (const { provider, version, path } of files) {
        await putIntoMirror(draft, provider, version, path);
      }
    });
  }
  return { mirror, versions };
}
