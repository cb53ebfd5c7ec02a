import { existsSync } from "node:fs";
import { copyFile, link, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Platform, thisPlatform } from "../tools";

/** Host of every provider of the platform. */
export const registryHost = "registry.terraform.io";

/** A provider such as `hashicorp/vault`. */
export function providerName(provider: string): string {
  return provider.slice(provider.lastIndexOf("/") + 1);
}

/** Whether a filesystem mirror has a provider for this machine, packed or unpacked. */
export function mirrorHas(
  mirror: string,
  provider: string,
  version: string,
  platform: Platform = thisPlatform(),
): boolean {
  const folder = join(mirror, registryHost, provider);
  const target = `${platform.os}_${platform.arch}`;
  return (
    existsSync(join(folder, version, target)) ||
    existsSync(join(folder, `terraform-provider-${providerName(provider)}_${version}_${target}.zip`))
  );
}

/** Puts a binary into a filesystem mirror, in the unpacked form. */
export async function putIntoMirror(
  mirror: string,
  provider: string,
  version: string,
  binary: string,
  platform: Platform = thisPlatform(),
): Promise<void> {
  const folder = join(mirror, registryHost, provider, version, `${platform.os}_${platform.arch}`);
  await mkdir(folder, { recursive: true });
  const file = join(folder, `terraform-provider-${providerName(provider)}_v${version}`);
  // A second name of the same file costs nothing; across file systems it has to be a copy.
  await link(binary, file).catch(() => copyFile(binary, file));
}

/**
 * Text of a Terraform CLI configuration that takes each provider from one folder and nothing from the network.
 *
 * @param mirrors the providers to take, by folder
 */
export function cliConfigText(mirrors: ReadonlyMap<string, readonly string[]>): string {
  // This file is read by Terraform's first HCL, which knows JSON's strings and no "${" inside them.
  const blocks = [...mirrors].map(
    ([folder, providers]) => `  filesystem_mirror {
    path    = ${JSON.stringify(folder)}
    include = [${providers.map((provider) => JSON.stringify(`${registryHost}/${provider}`)).join(", ")}]
  }
`,
  );
  return `disable_checkpoint = true

provider_installation {
${blocks.join("")}}
`;
}
