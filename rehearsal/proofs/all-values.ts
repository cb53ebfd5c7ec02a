import type { VaultClient } from "../../operations/vault/client";
import type { Proof, ProofContext } from "./proof";

/** Every value that Vault holds is met, so that the search for leaks knows those too that no service has asked for. */
export const allValues: Proof = {
  title: "every version of every secret in Vault is searched for",
  async run({ withRoot, remember }) {
    const counts = await withRoot(async (root) => {
      const mounts = Object.entries((await root.get("sys/mounts")) ?? {}).filter(([, mount]) => isKv(mount));
      const counts = { secrets: 0, values: 0 };
      for (const [mount] of mounts) {
        for (const path of await secretsBelow(root, mount, "")) {
          counts.secrets++;
          counts.values += await rememberVersions(root, mount, path, remember);
        }
      }
      return counts;
    });
    return counts.secrets === 0 ? undefined : `${counts.values} values in ${counts.secrets} secrets`;
  },
};

function isKv(mount: unknown): boolean {
  return (mount as { readonly type?: string } | null)?.type === "kv";
}

async function secretsBelow(root: VaultClient, mount: string, folder: string): Promise<readonly string[]> {
  const names = await root.list(`${mount}metadata/${folder}`);
  const nested = await Promise.all(
    names.map((name) => (name.endsWith("/") ? secretsBelow(root, mount, folder + name) : [folder + name])),
  );
  return nested.flat();
}

async function rememberVersions(
  root: VaultClient,
  mount: string,
  path: string,
  remember: ProofContext["remember"],
): Promise<number> {
  const metadata = await root.get(`${mount}metadata/${path}`);
  const versions = Object.keys((metadata?.versions as object | undefined) ?? {});
  let values = 0;
  for (const version of versions) {
    const data = (await root.get(`${mount}data/${path}?version=${version}`))?.data ?? {};
    for (const [key, value] of Object.entries(data)) {
      remember(`${mount}${path}#${key}`, String(value));
      values++;
    }
  }
  return values;
}
