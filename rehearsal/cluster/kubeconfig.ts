import { writeFile } from "node:fs/promises";
import type { KeyPair } from "./certificates";

/** How a client reaches an API server, and as whom. */
export interface KubeconfigEntry {
  /** Name of context, cluster and user, for example "kind-kind". */
  readonly context: string;
  readonly endpoint: string;
  /** Certificate of the authority, PEM. */
  readonly ca: string;
  /** A client certificate, or a file that holds a token (read anew by clients when it changes). */
  readonly user: KeyPair | { readonly tokenFile: string };
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** The document as JSON, which every reader of kubeconfig takes (JSON is YAML). */
export function kubeconfig(entry: KubeconfigEntry): string {
  const user =
    "tokenFile" in entry.user
      ? { tokenFile: entry.user.tokenFile }
      : {
          "client-certificate-data": base64(entry.user.certificate),
          "client-key-data": base64(entry.user.key),
        };
  return `${JSON.stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      "current-context": entry.context,
      clusters: [
        {
          name: entry.context,
          cluster: { server: entry.endpoint, "certificate-authority-data": base64(entry.ca) },
        },
      ],
      users: [{ name: entry.context, user }],
      contexts: [{ name: entry.context, context: { cluster: entry.context, user: entry.context } }],
    },
    undefined,
    2,
  )}\n`;
}

export async function writeKubeconfig(file: string, entry: KubeconfigEntry): Promise<void> {
  await writeFile(file, kubeconfig(entry), { mode: 0o600 });
}
