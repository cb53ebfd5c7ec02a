import { AuthorizationV1Api, CoreV1Api } from "@kubernetes/client-node";
import { ClusterError } from "./cluster-error";
import type { ControlPlane } from "./control-plane";
import { isStatus } from "./secret-data";

export interface ServiceAccountName {
  readonly namespace: string;
  readonly name: string;
}

/** Something that an account may or may not do, in all namespaces. */
export interface Access {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** @default - the resource itself */
  readonly subresource?: string;
}

const DAY_SECONDS = 86_400;

/**
 * A token of a service account, as its pod would get it (TokenRequest).
 *
 * @param audiences whom the token is for; empty for the API server
 * @throws ClusterError when there is no such account
 */
export async function requestToken(
  cluster: Pick<ControlPlane, "client">,
  account: ServiceAccountName,
  audiences: readonly string[] = [],
): Promise<string> {
  const core = cluster.client.makeApiClient(CoreV1Api);
  const request = await core
    .createNamespacedServiceAccountToken({
      ...account,
      body: { spec: { audiences: [...audiences], expirationSeconds: DAY_SECONDS } },
    })
    .catch((error: unknown) => {
      if (!isStatus(error, 404)) throw error;
      throw new ClusterError(
        `there is no service account ${account.namespace}/${account.name}; its chart must create it`,
      );
    });
  return request.status?.token ?? "";
}

/** Which of the accesses an account does not have. */
export async function missingAccess(
  cluster: Pick<ControlPlane, "client">,
  account: ServiceAccountName,
  needed: readonly Access[],
): Promise<readonly Access[]> {
  const api = cluster.client.makeApiClient(AuthorizationV1Api);
  const answers = await Promise.all(
    needed.map(async (access) => {
      const review = await api.createSubjectAccessReview({
        body: {
          spec: {
            user: `system:serviceaccount:${account.namespace}:${account.name}`,
            groups: ["system:authenticated", "system:serviceaccounts", `system:serviceaccounts:${account.namespace}`],
            resourceAttributes: access,
          },
        },
      });
      return review.status?.allowed === true;
    }),
  );
  return needed.filter((_, index) => !answers[index]);
}
