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

/** Settings of {@link searchLeaks}. */
export interface LeakSearchOptions {
  /** What the project has printed so far; it is searched like a file. @default - nothing */
  readonly printed?: string;
  /** Values that stand in Git and are in Vault beside the secret ones. @default - none */
  readonly open?: ReadonlySet<string>;
}

/**
 * Folders of a rehearsal that are its cluster and its Vault: a secret belongs there, encrypted or guarded by Kubernetes,
 * as it does in a real cluster. Everything else must not hold one, and neither must the logs in them.
 */
const clusterFolders = new Set(["cluster", "vault", "bootstrap", "bootstrap-again", "external-secrets"]);

/** A shorter value is no secret, and would be found everywhere. */
const shortestSecret = 12;

/** Tokens of Vault and of Kubernetes, which nobody needs to have met to know them. */
const tokenPatterns: readonly { readonly name: string; readonly pattern: RegExp }[] = [
  { name: "a token of Vault", pattern: /\bhv[sbr]\.[A-Za-z0-9_-]{24,}/ },
  { name: "a JSON web token", pattern: /\beyJ[A-Za-z0-9_-]{16,}\.eyJ[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{32,}/ },
];

/**
 * Looks for secret values, plain, in base64 and in JSON's escapes, and for tokens, in every file that Terraform and this
 * project wrote (states, plans, synthesized JSON, logs), in the logs of the cluster, Vault's audit log among them, and in
 * what was printed.
 */
export async function searchLeaks(
  folder: string,
  values: SecretValues,
  { printed, open = new Set() }: LeakSearchOptions = {},
): Promise<LeakSearchResult> {
  const secrets = [...values].filter(([, value]) => value.length >= shortestSecret && !open.has(value));
  const needles = secrets.flatMap(([name, value]) => spellings(value).map((needle) => ({ name, needle })));
  const files = await filesOf(folder);
  const leaks: string[] = [];
  const look = (where: string, texts: readonly Buffer[]): void => {
    const found =
      needles.find(({ needle }) => texts.some((text) => text.includes(needle))) ??
      tokenPatterns.find(({ pattern }) => texts.some((text) => pattern.test(text.toString("latin1"))));
    if (found) {
      leaks.push(`${where} (${found.name})`);
    }
  };
  for (const file of files) {
    const content = await readFile(file);
    look(relative(folder, file), [content, ...unpacked(content)]);
  }
  if (printed !== undefined) {
    look("what was printed", [Buffer.from(printed)]);
  }
  const different = new Set(secrets.map(([, value]) => value));
  return { values: different.size, files: files.length, leaks };
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
  const nested = await Promise.all(
    top.map(async (entry) => {
      const path = join(folder, entry.name);
      if (!entry.isDirectory()) {
        return [path];
      }
      const below = await readdir(path, { recursive: true, withFileTypes: true });
      // Providers are linked into each stack's folder; links are not followed.
      const all = below.filter((each) => each.isFile()).map((each) => join(each.parentPath ?? each.path, each.name));
      return clusterFolders.has(entry.name) ? all.filter((each) => each.endsWith(".log")) : all;
    }),
  );
  return nested.flat().sort();
}
