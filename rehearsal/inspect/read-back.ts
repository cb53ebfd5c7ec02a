import { setTimeout as sleep } from "node:timers/promises";
import { CoreV1Api, CustomObjectsApi } from "@kubernetes/client-node";
import type { ControlPlane } from "../cluster/control-plane";
import { RehearsalError } from "../rehearsal-error";
import type { InstalledRelease, SyncedSecret } from "../result";
import { helmRecords } from "./helm-records";
import type { SecretValues } from "./leaks";

/** The part of an ExternalSecret that is read. */
export interface ExternalSecret {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly target: {
      readonly name: string;
      readonly template?: { readonly data?: { readonly [key: string]: string } };
    };
    readonly data: readonly {
      readonly secretKey: string;
      readonly remoteRef: { readonly key: string; readonly property: string };
    }[];
    /** Generators that it takes values from. @default - none */
    readonly dataFrom?: readonly {
      readonly sourceRef: { readonly generatorRef: { readonly kind: string; readonly name: string } };
    }[];
  };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}

const waitSeconds = 90;

/** Every ExternalSecret in the cluster. */
export async function externalSecretsOf(cluster: ControlPlane): Promise<readonly ExternalSecret[]> {
  const found: unknown = await cluster.client.makeApiClient(CustomObjectsApi).listClusterCustomObject({
    group: "external-secrets.io",
    version: "v1",
    plural: "externalsecrets",
  });
  const { items } = found as { items: readonly ExternalSecret[] };
  // One with generators has no data of its own.
  return items.map((each) => ({ ...each, spec: { ...each.spec, data: each.spec.data ?? [] } }));
}

function readyCondition({ status }: ExternalSecret) {
  return status?.conditions?.find(({ type }) => type === "Ready");
}

/** What is read of ExternalSecrets. */
export interface ReadOptions {
  /** Whether those are read too that take values from a generator: they change by themselves, and need what it connects to. */
  readonly generators: boolean;
}

const stable: ReadOptions = { generators: false };

async function wanted(cluster: ControlPlane, { generators }: ReadOptions): Promise<readonly ExternalSecret[]> {
  const all = await externalSecretsOf(cluster);
  return generators ? all : all.filter(({ spec }) => spec.dataFrom === undefined);
}

/**
 * Waits until every ExternalSecret is synced.
 *
 * @throws RehearsalError that names those that are not, each with what the controller says
 */
export async function waitForExternalSecrets(
  cluster: ControlPlane,
  signal: AbortSignal,
  options: ReadOptions = stable,
): Promise<void> {
  const end = Date.now() + waitSeconds * 1000;
  for (;;) {
    const waiting = (await wanted(cluster, options)).filter((each) => readyCondition(each)?.status !== "True");
    if (waiting.length === 0) {
      return;
    }
    if (Date.now() > end) {
      const list = waiting.map((each) => {
        const { namespace, name } = each.metadata;
        return `${namespace}/${name}: ${readyCondition(each)?.message ?? "not looked at yet"}`;
      });
      throw new RehearsalError(`ExternalSecrets are not synced after ${waitSeconds} s: ${list.join("; ")}`);
    }
    await sleep(500, undefined, { signal });
  }
}

/** The Kubernetes Secrets that External Secrets made, and the values in them. */
export interface ReadSecrets {
  readonly secrets: readonly SyncedSecret[];
  /** The values that came out of Vault, for the search that must not find them. */
  readonly values: SecretValues;
}

/** Whether a key's value stands in the manifest as it is: a template without an expression has nothing of Vault. */
function isOpen(template: string | undefined): boolean {
  return template !== undefined && !template.includes("{{");
}

/**
 * Reads every Kubernetes Secret that an ExternalSecret promises.
 *
 * @throws RehearsalError when one is missing or lacks a key
 */
export async function readSecrets(cluster: ControlPlane, options: ReadOptions = stable): Promise<ReadSecrets> {
  const core = cluster.client.makeApiClient(CoreV1Api);
  const values = new Map<string, string>();
  const secrets = await Promise.all(
    (await wanted(cluster, options)).map(async ({ metadata: { namespace }, spec }) => {
      const { name } = spec.target;
      const data = (await core.readNamespacedSecret({ namespace, name })).data ?? {};
      const keys = Object.keys(data).sort();
      const expected = [
        ...spec.data.map(({ secretKey }) => secretKey),
        ...Object.keys(spec.target.template?.data ?? {}),
      ];
      const missing = expected.filter((key) => !keys.includes(key));
      if (missing.length > 0) {
        throw new RehearsalError(`secret ${namespace}/${name} lacks the keys ${missing.join(", ")}`);
      }
      for (const [key, value] of Object.entries(data)) {
        if (isOpen(spec.target.template?.data?.[key])) continue;
        values.set(`${namespace}/${name}#${key}`, Buffer.from(value, "base64").toString());
      }
      const generators = (spec.dataFrom ?? []).map(({ sourceRef: { generatorRef } }) => generatorRef);
      const from = new Set([
        ...spec.data.map(({ remoteRef }) => remoteRef.key),
        ...generators.map((generator) => `${generator.kind} ${generator.name}`),
      ]);
      return { namespace, name, keys, from: [...from].sort() };
    }),
  );
  secrets.sort((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1));
  return { secrets, values };
}

/** The releases that Helm has recorded in the cluster. */
export async function installedReleases(cluster: ControlPlane): Promise<readonly InstalledRelease[]> {
  return (await helmRecords(cluster))
    .map(({ namespace, name, info, chart }) => ({
      namespace,
      name,
      chart: `${chart.metadata.name} ${chart.metadata.version}`,
      status: info.status,
    }))
    .sort((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1));
}
