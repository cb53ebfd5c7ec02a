import { gunzipSync } from "node:zlib";
import { CoreV1Api, type KubernetesObject, type V1Secret } from "@kubernetes/client-node";
import { parseAllDocuments } from "yaml";
import type { ControlPlane } from "../cluster/control-plane";

/** Helm's record of a release, as far as it is read. */
export interface HelmRecord {
  readonly name: string;
  readonly namespace: string;
  readonly info: { readonly status: string };
  readonly chart: {
    readonly metadata: {
      readonly name: string;
      readonly version: string;
      readonly annotations?: { readonly [name: string]: string } | null;
    };
  };
  /** Values that the release was given beside the chart's own. */
  readonly config?: Readonly<Record<string, unknown>> | null;
  /** What the chart rendered, without its hooks: YAML documents. */
  readonly manifest: string;
  readonly hooks?: readonly { readonly manifest: string; readonly events?: readonly string[] }[] | null;
}

/** The releases that Helm has recorded in the cluster, by their Secrets, each as its last revision says. */
export async function helmRecords(cluster: Pick<ControlPlane, "client">): Promise<readonly HelmRecord[]> {
  const { items } = await cluster.client
    .makeApiClient(CoreV1Api)
    .listSecretForAllNamespaces({ fieldSelector: "type=helm.sh/release.v1" });
  return lastRevisions(items).map(({ data }) => {
    // Kubernetes and Helm each put base64 around a gzip of JSON.
    const record = Buffer.from(Buffer.from(data?.release ?? "", "base64").toString(), "base64");
    return JSON.parse(gunzipSync(record).toString()) as HelmRecord;
  });
}

/** Of the Secrets of each release, of which there is one for each revision, the one of the last. */
export function lastRevisions<Secret extends Pick<V1Secret, "metadata">>(
  secrets: readonly Secret[],
): readonly Secret[] {
  const revision = ({ metadata }: Secret): number => Number(metadata?.labels?.version ?? 0);
  const last = new Map<string, Secret>();
  for (const secret of secrets) {
    const release = `${secret.metadata?.namespace}/${secret.metadata?.labels?.name}`;
    const before = last.get(release);
    if (before === undefined || revision(before) < revision(secret)) last.set(release, secret);
  }
  return [...last.values()];
}

/** Whether the rehearsal wrote the chart of a release itself. */
export function isStandIn({ chart }: HelmRecord): boolean {
  return chart.metadata.annotations?.["terralake.dev/stand-in"] === "true";
}

/** Whether a release delivers custom resources only, by the project's own chart for them. */
export function isObjectsOnly({ chart }: HelmRecord): boolean {
  return chart.metadata.name === "custom-resources";
}

/** Every object that a release makes, those of its install and upgrade hooks too; not the pods of `helm test`. */
export function renderedObjects({ manifest, hooks }: HelmRecord): readonly KubernetesObject[] {
  const used = (hooks ?? []).filter(({ events }) => !events?.includes("test"));
  return [manifest, ...used.map((hook) => hook.manifest)].flatMap((text) =>
    parseAllDocuments(text).flatMap((document) => (document.toJS() as KubernetesObject | null) ?? []),
  );
}
