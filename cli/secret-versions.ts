import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CliError } from "./errors";
import { localFolder } from "./project";
import type { SynthesizedStack } from "./synthesis";

type Attributes = Readonly<Record<string, unknown>>;

interface State {
  readonly resources?: readonly {
    readonly type: string;
    readonly name: string;
    readonly instances?: readonly { readonly attributes?: Attributes }[];
  }[];
}

const secret = "vault_kv_secret_v2";

/**
 * Refuses to go back to an earlier version of a secret: Vault would get a new value, and nobody could tell by the number.
 * Versions that were applied are read from the state of a local environment.
 *
 * @throws CliError that names every secret whose version falls
 */
export async function requireRisingVersions(
  environment: string,
  stacks: readonly SynthesizedStack[],
  folder: string = localFolder(environment),
): Promise<void> {
  const stack = stacks.find(({ name }) => name === `${environment}-secrets`);
  const state = await readFile(join(folder, "secrets.tfstate"), "utf8").catch(() => undefined);
  if (!stack || state === undefined) return;
  const { resource = {} } = JSON.parse(await readFile(stack.file, "utf8")) as {
    resource?: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
  };
  const falling = ((JSON.parse(state) as State).resources ?? [])
    .filter(({ type }) => type === secret)
    .flatMap(({ name, instances = [] }) => {
      const { mount, name: path, data_json_wo_version: applied } = instances[0]?.attributes ?? {};
      const wanted = resource[secret]?.[name]?.data_json_wo_version;
      return Number(wanted) < Number(applied) ? [`  ${mount}/${path}: ${wanted} after ${applied}`] : [];
    });
  if (falling.length === 0) return;
  throw new CliError(
    [
      `${falling.length === 1 ? "the version of a secret falls" : "versions of secrets fall"}, and nothing was applied; raise ` +
        "secrets.versions above what was applied to rotate, or restore it to keep the value",
      ...falling,
    ].join("\n"),
  );
}
