import { ApiException, CoreV1Api } from "@kubernetes/client-node";
import { ClusterError } from "./cluster-error";
import type { ControlPlane } from "./control-plane";

/** Whether an error is the API server's answer with this HTTP status. */
export function isStatus(error: unknown, status: number): boolean {
  return error instanceof ApiException && error.code === status;
}

/** The data of a secret, decoded. @throws ClusterError when there is no such secret */
export async function readSecret(
  cluster: Pick<ControlPlane, "client">,
  namespace: string,
  name: string,
): Promise<Readonly<Record<string, string>>> {
  const core = cluster.client.makeApiClient(CoreV1Api);
  const secret = await core.readNamespacedSecret({ namespace, name }).catch((error: unknown) => {
    if (isStatus(error, 404)) throw new ClusterError(`there is no secret ${namespace}/${name}`);
    throw error;
  });
  return Object.fromEntries(
    Object.entries(secret.data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
  );
}
