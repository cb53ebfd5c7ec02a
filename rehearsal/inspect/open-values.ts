import { readStack } from "../../stacks/stack-json";

/** A string of the secret's JSON that stands there as it is, not as the name of an ephemeral value. */
const literal = /= ("(?:[^"\\]|\\.)*")/g;

/** Values that a stack writes into Vault and that stand in Git, such as user names and settings. */
export async function openValues(synthesized: string, stack: string): Promise<ReadonlySet<string>> {
  const { resource } = await readStack(synthesized, stack);
  const secrets = Object.values(resource?.vault_kv_secret_v2 ?? {});
  return new Set(
    secrets.flatMap(({ data_json_wo: text }) =>
      [...String(text).matchAll(literal)].map(([, quoted]) => JSON.parse(quoted ?? '""') as string),
    ),
  );
}
