import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import type { SynthesizedStack } from "./synthesis";

/** A Helm release of a stack. */
export interface ReleaseEntry {
  readonly stack: string;
  readonly namespace: string;
  readonly release: string;
  readonly chart: string;
  readonly version: string;
}

/** A secret in Vault. Its values are known to nobody here. */
export interface ListedSecret {
  /** Mount and path, such as platform/trino. */
  readonly path: string;
  readonly keys: readonly string[];
  /** Kubernetes Secrets that External Secrets makes of it, as namespace/name. */
  readonly consumers: readonly string[];
}

/** What the stacks of one environment hold, read from their Terraform JSON. */
export interface Inventory {
  readonly stacks: readonly {
    readonly name: string;
    readonly dependencies: readonly string[];
    readonly resources: number;
  }[];
  readonly releases: readonly ReleaseEntry[];
  readonly secrets: readonly ListedSecret[];
}

type Attributes = Readonly<Record<string, unknown>>;
type Resources = Readonly<Record<string, Readonly<Record<string, Attributes>>>>;

interface ReadStack {
  readonly name: string;
  readonly folder: string;
  readonly resources: Resources;
}

/** Reads the Terraform JSON of the stacks. */
export async function takeInventory(stacks: readonly SynthesizedStack[]): Promise<Inventory> {
  const read = await Promise.all(
    stacks.map(async (stack): Promise<ReadStack> => {
      const json = JSON.parse(await readFile(stack.file, "utf8")) as { resource?: Resources };
      return { name: stack.name, folder: dirname(stack.file), resources: json.resource ?? {} };
    }),
  );
  const releases = await Promise.all(
    read.flatMap((stack) => list(stack, "helm_release").map((a) => release(stack, a))),
  );
  return {
    stacks: stacks.map(({ name, dependencies }, index) => ({
      name,
      dependencies,
      resources: Object.values(read[index]?.resources ?? {}).reduce(
        (sum, ofType) => sum + Object.keys(ofType).length,
        0,
      ),
    })),
    releases,
    secrets: secrets(read),
  };
}

async function release(stack: ReadStack, attributes: Attributes): Promise<ReleaseEntry> {
  const chart = text(stack, attributes.chart);
  const common = {
    stack: stack.name,
    namespace: text(stack, attributes.namespace),
    release: text(stack, attributes.name),
  };
  if (!chart.startsWith("./")) return { ...common, chart, version: text(stack, attributes.version) };
  // A chart of the project travels beside the JSON and has its name and version in itself.
  const own = parse(await readFile(join(stack.folder, chart, "Chart.yaml"), "utf8")) as Attributes;
  return { ...common, chart: String(own.name), version: String(own.version) };
}

function secrets(stacks: readonly ReadStack[]): ListedSecret[] {
  const consumers = consumersOf(stacks);
  return [...stacks.flatMap(inVault), ...stacks.flatMap(inSecretManager), ...promised(stacks)]
    .map((secret) => ({ ...secret, consumers: [...(consumers.get(secret.path) ?? [])].sort() }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

type SecretPath = Pick<ListedSecret, "path" | "keys">;

function inVault(stack: ReadStack): SecretPath[] {
  return list(stack, "vault_kv_secret_v2").map(({ mount, name, data_json_wo: data = "" }) => ({
    path: `${text(stack, mount)}/${text(stack, name)}`,
    keys: keysOf(String(data)),
  }));
}

/** The path is the secret's id. */
function inSecretManager(stack: ReadStack): SecretPath[] {
  const ids = stack.resources.google_secret_manager_secret ?? {};
  return list(stack, "google_secret_manager_secret_version").map(({ secret, secret_data_wo: data = "" }) => {
    const [, address = ""] = /google_secret_manager_secret\.(\w+)\.id/.exec(String(secret)) ?? [];
    return { path: text(stack, ids[address]?.secret_id), keys: keysOf(String(data)) };
  });
}

/** What people keep in 1Password: nothing writes it, so it is known by what is read of it. */
function promised(stacks: readonly ReadStack[]): SecretPath[] {
  const items = new Map<string, Set<string>>();
  for (const { object } of customResources(stacks)) {
    if (object.kind !== "ExternalSecret" || object.spec?.secretStoreRef?.kind !== "ClusterSecretStore") continue;
    for (const { remoteRef } of object.spec.data ?? []) {
      const fields = items.get(remoteRef?.key ?? "") ?? new Set();
      items.set(remoteRef?.key ?? "", fields.add((remoteRef?.property ?? "").replace(/^field\//, "")));
    }
  }
  return [...items].map(([path, fields]) => ({ path, keys: [...fields].sort() }));
}

/** Keys of `${jsonencode({"key" = expression, ...})}`. */
export function keysOf(expression: string): string[] {
  return [...expression.matchAll(/[{,]\s*"([^"\\]+)"\s*=/g)].map((match) => match[1] ?? "");
}

interface CustomResource {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly spec?: {
    readonly secretStoreRef?: { readonly kind?: string };
    readonly target?: { readonly name?: string };
    readonly data?: readonly { readonly remoteRef?: { readonly key?: string; readonly property?: string } }[];
    readonly dataFrom?: readonly { readonly extract?: { readonly key?: string } }[];
  };
}

/** Every Kubernetes object in the values of a release, with its namespace. */
function customResources(stacks: readonly ReadStack[]) {
  return stacks.flatMap((stack) =>
    list(stack, "helm_release").flatMap((attributes) => {
      const namespace = text(stack, attributes.namespace);
      return objectsOf(attributes).map((object) => ({ object, namespace: object.metadata?.namespace ?? namespace }));
    }),
  );
}

function consumersOf(stacks: readonly ReadStack[]): ReadonlyMap<string, ReadonlySet<string>> {
  const consumers = new Map<string, Set<string>>();
  for (const { object, namespace } of customResources(stacks)) {
    if (object.kind !== "ExternalSecret") continue;
    const keys = [
      ...(object.spec?.data ?? []).map((entry) => entry.remoteRef?.key ?? ""),
      ...(object.spec?.dataFrom ?? []).map((entry) => entry.extract?.key ?? ""),
    ];
    for (const key of keys) {
      // The store of a namespace has no path of its own: a key begins with its mount.
      const readers = consumers.get(key) ?? new Set();
      readers.add(`${namespace}/${object.spec?.target?.name ?? object.metadata?.name}`);
      consumers.set(key, readers);
    }
  }
  return consumers;
}

/** Kubernetes objects anywhere in the values of a release: some charts take extra objects beside their own values. */
function objectsOf(attributes: Attributes): CustomResource[] {
  const found: CustomResource[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if ("apiVersion" in value && "kind" in value && "metadata" in value) found.push(value as CustomResource);
    else for (const child of Object.values(value)) walk(child);
  };
  for (const document of Array.isArray(attributes.values) ? attributes.values : []) {
    if (typeof document === "string") walk(parse(document));
  }
  return found;
}

function list(stack: ReadStack, type: string): Attributes[] {
  return Object.values(stack.resources[type] ?? {});
}

/** A text attribute; a reference to another resource of the stack such as ${vault_mount.x.path} is followed once. */
function text(stack: ReadStack, value: unknown): string {
  const reference = /^\$\{(\w+)\.([\w-]+)\.(\w+)\}$/.exec(String(value));
  const target = reference && stack.resources[reference[1] ?? ""]?.[reference[2] ?? ""]?.[reference[3] ?? ""];
  return String(target ?? value ?? "");
}
