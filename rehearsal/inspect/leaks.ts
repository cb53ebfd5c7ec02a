import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";
import type { LeakSearch } from "../result";

/** What a search looked at, and the files that hold a value. */
export interface LeakSearchResult extends LeakSearch {
  readonly leaks: readonly string[];
}

/** Secret values by where they were read, such as `platform/trino#password`. */
export type SecretValues = ReadonlyMap<string, string>;

/**
 * Folders of a rehearsal that are its cluster and its Vault: a secret belongs there, encrypted or guarded by Kubernetes,
 * as it does in a real cluster. Everything else must not hold one.
 */
const clusterFolders = new Set(["cluster", "vault", "bootstrap", "bootstrap-again", "external-secrets"]);

/** A shorter value is no secret, and would be found everywhere. */
const shortestSecret = 12;

/**
 * Looks for secret values, plain, in base64 and in JSON's escapes, in every file that Terraform and this project wrote:
 * states, plans, synthesized JSON and logs.
 */
export async function searchLeaks(folder: string, values: SecretValues): Promise<LeakSearchResult> {
  const secrets = [...values].filter(([, value]) => value.length >= shortestSecret);
  const needles = secrets.flatMap(([name, value]) => spellings(value).map((needle) => ({ name, needle })));
  const files = await filesOf(folder);
  const leaks: string[] = [];
  for (const file of files) {
    const content = await readFile(file);
    const texts = [content, ...unpacked(content)];
    const found = needles.find(({ needle }) => texts.some((text) => text.includes(needle)));
    if (found) {
      leaks.push(`${relative(folder, file)} (${found.name})`);
    }
  }
  return { values: secrets.length, files: files.length, leaks };
}

function spellings(value: string): readonly string[] {
  const base64 = Buffer.from(value).toString("base64").replace(/=+$/, "");
  return [...new Set([value, JSON.stringify(value).slice(1, -1), base64])];
}

/** The content of a gzip file; Terraform's plans are zip files, which are read through `terraform show`. */
function unpacked(content: Buffer): readonly Buffer[] {
  if (content[0] !== 0x1f || content[1] !== 0x8b) {
    return [];
  }
  return [gunzipSync(content)];
}

async function filesOf(folder: string): Promise<readonly string[]> {
  const top = await readdir(folder, { withFileTypes: true });
  const wanted = top.filter((entry) => !clusterFolders.has(entry.name));
  const nested = await Promise.all(
    wanted.map(async (entry) => {
      const path = join(folder, entry.name);
      if (!entry.isDirectory()) {
        return [path];
      }
      const below = await readdir(path, { recursive: true, withFileTypes: true });
      // Providers are linked into each stack's folder; links are not followed.
      return below.filter((each) => each.isFile()).map((each) => join(each.parentPath ?? each.path, each.name));
    }),
  );
  return nested.flat().sort();
}
