import { copyFile, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { cacheFolder, modulesFolder } from "../paths";
import type { AcquireOptions } from "./acquire";
import { placeAtomically } from "./cache";
import { ToolError } from "./errors";
import { toolSpec } from "./registry";

const goModule = "github.com/external-secrets/external-secrets";

/**
 * Paths of the CRDs that belong to the External Secrets controller of the rehearsal, which is older than the chart the
 * platform installs. They come from the controller's own Go module and are kept in the cache.
 *
 * @throws ToolError when they are not in the cache and Go cannot get the module
 */
export async function externalSecretsCrds(
  options: Pick<AcquireOptions, "environment" | "cacheDir"> = {},
): Promise<readonly string[]> {
  const environment = options.environment ?? process.env;
  const cacheDir = options.cacheDir ?? cacheFolder(environment);
  const { version } = toolSpec("external-secrets");
  const folder = join(cacheDir, "external-secrets-crds", version);
  const cached = await crdFiles(folder);
  if (cached.length > 0) {
    return cached;
  }
  const result = await execa("go", ["mod", "download", "-json", `${goModule}@v${version}`], {
    cwd: join(modulesFolder, "external-secrets"),
    env: { ...environment, GOWORK: "off" },
    extendEnv: false,
    reject: false,
  });
  if (result.exitCode !== 0) {
    throw new ToolError(
      `the CRDs of External Secrets ${version} are missing: "go mod download ${goModule}@v${version}" failed; install Go 1.26 or newer from https://go.dev/dl and let it reach a module proxy`,
    );
  }
  const { Dir } = z.object({ Dir: z.string() }).parse(JSON.parse(result.stdout));
  const sources = await crdFiles(join(Dir, "config", "crds", "bases"));
  await placeAtomically(cacheDir, folder, async (draft) => {
    await mkdir(draft);
    for (const source of sources) {
      await copyFile(source, join(draft, source.slice(source.lastIndexOf("/") + 1)));
    }
  });
  return crdFiles(folder);
}

async function crdFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  // The folder also holds a kustomization.
  return names
    .filter((name) => name.endsWith(".yaml") && name !== "kustomization.yaml")
    .sort()
    .map((name) => join(folder, name));
}
