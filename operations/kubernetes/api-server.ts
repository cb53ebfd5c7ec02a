import { ApiException, CoreV1Api, type KubeConfig } from "@kubernetes/client-node";
import { requestJson } from "../https-json";
import type { Authorize } from "../https-request";
import { OperationError } from "../operation-error";

/** Life of tokens that are asked for here, in seconds: the least that the API server grants. */
const tokenSeconds = 600;

/** Address of the API server of the one context that the configuration holds. */
export function apiServerOf(config: KubeConfig): string {
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) throw new OperationError("the kubeconfig's context has no cluster");
  return server.replace(/\/+$/, "");
}

/**
 * Refuses an API server that anybody on the way could pose as.
 *
 * @param nextStep what makes the context anew
 * @throws OperationError for an address without TLS and for `insecure-skip-tls-verify`
 */
export function requireVerifiedTls(config: KubeConfig, nextStep: string): void {
  const server = apiServerOf(config);
  const encrypted = /^https:\/\//i.test(server);
  if (encrypted && !config.getCurrentCluster()?.skipTLSVerify) return;
  const context = JSON.stringify(config.getCurrentContext());
  const fault = encrypted ? "has insecure-skip-tls-verify" : `names ${server}, which is not https://`;
  throw new OperationError(
    `the cluster of context ${context} ${fault}: unseal keys and tokens would go over unverified TLS; give it an https:// server ` +
      `and its certificate-authority-data, without insecure-skip-tls-verify; next: ${nextStep}`,
  );
}

/**
 * Adds the credentials of a kubeconfig to a request: certificate, token or what an exec plugin prints.
 *
 * @throws OperationError from the request when the exec plugin fails
 */
export function authorizeWith(config: KubeConfig): Authorize {
  return async (options) => {
    try {
      await config.applyToHTTPSOptions(options);
    } catch (error) {
      const reason = error instanceof Error ? error.message.trim().split("\n", 1)[0] : String(error);
      const plugin = config.getCurrentUser()?.exec?.command;
      throw new OperationError(
        `the kubeconfig's credentials cannot be used${plugin ? `, its plugin ${plugin} fails` : ""} (${reason}); ` +
          `check that \`kubectl --context ${config.getCurrentContext()} auth whoami\` answers`,
      );
    }
  };
}

/** Clock of the API server. */
export async function apiServerTime(config: KubeConfig, signal?: AbortSignal): Promise<Date | undefined> {
  const url = `${apiServerOf(config)}/version`;
  return (await requestJson({ method: "GET", url, authorize: authorizeWith(config), signal, timeoutMs: 5000 })).date;
}

/**
 * A short-lived token of a service account (TokenRequest).
 *
 * @throws OperationError when there is no such account, or the operator may not ask for its tokens
 */
export async function serviceAccountToken(
  config: KubeConfig,
  account: { readonly namespace: string; readonly name: string },
  audience: string,
): Promise<string> {
  const { namespace, name } = account;
  const request = await config
    .makeApiClient(CoreV1Api)
    .createNamespacedServiceAccountToken({
      namespace,
      name,
      body: { spec: { audiences: [audience], expirationSeconds: tokenSeconds } },
    })
    .catch((error: unknown) => {
      if (isStatus(error, 404)) {
        throw new OperationError(
          `there is no service account ${namespace}/${name}; deploy the stack that makes it, then run again`,
        );
      }
      throw describeStatus(error, "create", "serviceaccounts/token", namespace, name);
    });
  const token = request.status?.token;
  if (!token) throw new OperationError(`the API server gave no token for service account ${namespace}/${name}`);
  return token;
}

/** Whether an error is an answer of the API server with this HTTP status. */
export function isStatus(error: unknown, status: number): boolean {
  return error instanceof ApiException && error.code === status;
}

/** An error of the API server as one clear message; what is no answer stays as it is. */
export function describeStatus(
  error: unknown,
  verb: string,
  resource: string,
  namespace: string,
  name: string,
): unknown {
  if (isStatus(error, 403)) {
    return new OperationError(
      `you may not ${verb} ${resource} ${namespace}/${name}; ask for a Role in namespace ${namespace} with verb ${verb} on ` +
        `${resource}, resource name ${name}`,
    );
  }
  if (isStatus(error, 401)) {
    return new OperationError(
      "the API server does not know you (401): log in to the cluster again, or export its kubeconfig again",
    );
  }
  if (error instanceof ApiException) {
    return new OperationError(`the API server answered ${verb} ${resource} ${namespace}/${name} with ${error.code}`);
  }
  return error;
}
