import { dirname, join } from "node:path";
import { ClusterError } from "./cluster-error";
import { type HclAttribute, type HclBlock, type HclBody, parseHcl, printHcl } from "./hcl";

/** A change that was made to a configuration so that it works on this machine. */
export interface Rewrite {
  /** For example `listener "tcp" tls_cert_file`. */
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

export interface VaultConfigOptions {
  /** Folder that stands for the root of the pod's file system; absolute. */
  readonly root: string;
  /** Address to listen on, for example "0.0.0.0". */
  readonly listen: string;
  /** Address under which clients know the server, for example "10.200.0.1". */
  readonly host: string;
  readonly port: number;
  /** Name of the pod it stands for; also its Raft id. */
  readonly podName: string;
  /** Files of the certificate's secret, by key (tls.crt, tls.key, ca.crt). */
  readonly certificateFiles: Readonly<Record<string, string>>;
}

export interface VaultConfig {
  readonly hcl: string;
  readonly scheme: "http" | "https";
  /** Folders that must exist before the server starts. */
  readonly folders: readonly string[];
  readonly rewrites: readonly Rewrite[];
}

/** What a process outside a pod cannot have, with what is there instead. */
const DROPPED_BLOCKS: Readonly<Record<string, string>> = {
  seal: "none: opened with the key in the Kubernetes secret",
  service_registration: "none: the rehearsal labels the pod",
};
/** The only server is elected after one timeout; the default is five times as long. */
const FAST_ELECTION = { performance_multiplier: "1" } as const;
const FILE_KEYS = ["tls_cert_file", "tls_key_file", "tls_client_ca_file", "tls_ca_file"];

/**
 * The server configuration of a release (`server.ha.raft.config` or `server.standalone.config`), made to run on this machine.
 * Whatever is not in the returned list is as the release has it.
 *
 * @throws ClusterError when it is not HCL, has no listener or storage, or names a certificate file that its secret lacks
 */
export function rewriteVaultConfig(source: string, options: VaultConfigOptions): VaultConfig {
  const rewrites: Rewrite[] = [];
  const folders: string[] = [];
  const note = (path: string, from: string, to: string): void => {
    if (from !== to) rewrites.push({ path, from, to });
  };
  const set = (path: string, name: string, value: string, old?: HclAttribute): HclAttribute => {
    note(path, old?.value ?? "absent", value);
    return { kind: "attribute", name, value };
  };
  const quote = (text: string): string => JSON.stringify(text);
  const inRoot = (path: string): string => join(options.root, path);

  const attribute = (owner: string, item: HclAttribute): HclAttribute => {
    const path = `${owner}${item.name}`;
    const text = unquote(item.value);
    if (FILE_KEYS.includes(item.name)) {
      const key = text.slice(text.lastIndexOf("/") + 1);
      const file = options.certificateFiles[key];
      if (file === undefined) {
        const keys = Object.keys(options.certificateFiles).sort().join(", ") || "no file";
        throw new ClusterError(`vault: ${path} is ${item.value}, but the certificate's secret holds ${keys}`);
      }
      return set(path, item.name, quote(file), item);
    }
    if (!text.startsWith("/")) return item;
    if (item.name === "path" || item.name.endsWith("_directory")) folders.push(inRoot(text));
    if (item.name === "pid_file") folders.push(dirname(inRoot(text)));
    return set(path, item.name, quote(inRoot(text)), item);
  };

  const listener = (block: HclBlock): HclBlock => {
    const path = `${label(block)} `;
    const bound: Readonly<Record<string, string>> = {
      address: quote(`${options.listen}:${options.port}`),
      cluster_address: quote(`${options.listen}:${options.port + 1}`),
    };
    const body = block.body.map((item) => {
      if (item.kind === "block")
        return { ...item, body: item.body.map((inner) => keep(`${path}${item.type} `, inner)) };
      const value = bound[item.name];
      return value === undefined ? attribute(path, item) : set(`${path}${item.name}`, item.name, value, item);
    });
    const missing = Object.entries(bound).filter(([name]) => find(block.body, name) === undefined);
    return { ...block, body: [...missing.map(([name, value]) => set(`${path}${name}`, name, value)), ...body] };
  };

  const storage = (block: HclBlock): HclBlock => {
    const path = `${label(block)} `;
    const body: (HclAttribute | HclBlock)[] = [];
    for (const item of block.body) {
      if (item.kind === "block" && item.type === "retry_join")
        note(`${path}retry_join`, "other servers", "none: one server runs");
      else body.push(keep(path, item));
    }
    const defaults: Readonly<Record<string, string>> =
      block.labels[0] === "raft" ? { node_id: quote(options.podName), ...FAST_ELECTION } : {};
    for (const [name, value] of Object.entries(defaults)) {
      if (find(block.body, name) === undefined) body.push(set(`${path}${name}`, name, value));
    }
    return { ...block, body };
  };

  const keep = (owner: string, item: HclAttribute | HclBlock): HclAttribute | HclBlock =>
    item.kind === "attribute"
      ? attribute(owner, item)
      : { ...item, body: item.body.map((inner) => keep(`${owner}${label(item)} `, inner)) };

  const parsed = parseHcl(source);
  const listeners = blocks(parsed, "listener");
  if (listeners.length === 0) throw new ClusterError('vault: the server configuration has no block: listener "tcp"');
  if (blocks(parsed, "storage").length !== 1)
    throw new ClusterError("vault: the server configuration needs one block: storage");
  const scheme = listeners.some((block) =>
    ["1", "true"].includes(unquote(find(block.body, "tls_disable")?.value ?? "")),
  )
    ? "http"
    : "https";
  const wanted: Readonly<Record<string, string>> = {
    // Memory cannot be locked without a privilege; the chart sets it too.
    disable_mlock: "true",
    api_addr: quote(`${scheme}://${options.host}:${options.port}`),
    cluster_addr: quote(`https://${options.host}:${options.port + 1}`),
  };
  const body: (HclAttribute | HclBlock)[] = [];
  for (const item of parsed) {
    if (item.kind === "attribute") {
      if (wanted[item.name] === undefined) body.push(attribute("", item));
    } else if (DROPPED_BLOCKS[item.type] !== undefined) {
      note(label(item), "a block", DROPPED_BLOCKS[item.type] ?? "");
    } else if (item.type === "listener") {
      body.push(listener(item));
    } else if (item.type === "storage") {
      body.push(storage(item));
    } else {
      body.push(keep("", item));
    }
  }
  for (const [name, value] of Object.entries(wanted)) body.unshift(set(name, name, value, find(parsed, name)));
  return { hcl: printHcl(body), scheme, folders, rewrites };
}

function unquote(value: string): string {
  return /^"(?:[^"\\]|\\.)*"$/.test(value) ? (JSON.parse(value) as string) : value;
}

function label(block: HclBlock): string {
  return [block.type, ...block.labels.map((name) => `"${name}"`)].join(" ");
}

function blocks(body: HclBody, type: string): readonly HclBlock[] {
  return body.filter((item): item is HclBlock => item.kind === "block" && item.type === type);
}

function find(body: HclBody, name: string): HclAttribute | undefined {
  return body.find((item): item is HclAttribute => item.kind === "attribute" && item.name === name);
}
