import { ApiextensionsV1Api, CoreV1Api } from "@kubernetes/client-node";
import type { ControlPlane } from "../cluster/control-plane";
import { RehearsalError } from "../rehearsal-error";

/** Namespaces that every cluster has. */
const clusterNamespaces = new Set(["default", "kube-node-lease", "kube-public", "kube-system"]);

/**
 * Looks what a destroy has left.
 *
 * @returns what is kept on purpose: definitions of custom resources
 * @throws RehearsalError for a namespace or a release that is still there
 */
export async function leftAfterDestroy(cluster: ControlPlane): Promise<readonly string[]> {
  const core = cluster.client.makeApiClient(CoreV1Api);
  const namespaces = (await core.listNamespace()).items
    .map(({ metadata }) => metadata?.name ?? "")
    .filter((name) => !clusterNamespaces.has(name));
  const releases = (await core.listSecretForAllNamespaces({ fieldSelector: "type=helm.sh/release.v1" })).items.map(
    ({ metadata }) => `${metadata?.namespace}/${metadata?.name}`,
  );
  const left = [...namespaces.map((name) => `namespace ${name}`), ...releases.map((name) => `release ${name}`)];
  if (left.length > 0) {
    throw new RehearsalError(`the destroy left ${left.join(", ")}`);
  }
  const definitions = await cluster.client.makeApiClient(ApiextensionsV1Api).listCustomResourceDefinition();
  return definitions.items.map(({ metadata }) => `definition ${metadata?.name}`).sort();
}
