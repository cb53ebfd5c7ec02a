import { request } from "node:https";
import { CliError, StoppedError } from "../errors";
import type { ClusterAddress } from "./kubeconfig";

/**
 * Asks an API server for its version, checking its certificate. It needs no credentials: an answer of 401 or 403 is an
 * answer too. Throws CliError when nobody answers in time, the certificate does not fit or it is something else.
 *
 * @returns the version such as v1.35.4, or nothing when the server does not tell strangers
 */
export async function askVersion(
  cluster: ClusterAddress,
  signal: AbortSignal,
  timeoutMs = 5000,
): Promise<string | undefined> {
  if (!/^https:\/\//.test(cluster.server)) {
    throw new CliError(
      `the API server's address is ${cluster.server}; allowed: https:// only, as tokens are sent to it`,
    );
  }
  const { status, body } = await get(cluster, signal, timeoutMs);
  if (status === 401 || status === 403) return undefined;
  const version = /"gitVersion"\s*:\s*"([^"]+)"/.exec(body)?.[1];
  if (status === 200 && version) return version;
  throw new CliError(
    `${cluster.server}/version answers ${status} and is no Kubernetes API server; check the kubeconfig's server`,
  );
}

function get(
  cluster: ClusterAddress,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      `${cluster.server}/version`,
      {
        ca: cluster.ca,
        servername: cluster.serverName,
        agent: false,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          if (body.length < 100_000) body += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
        response.on("error", fail);
      },
    );
    asked.on("error", fail);
    asked.end();

    function fail(error: NodeJS.ErrnoException): void {
      reject(signal.aborted ? new StoppedError() : explain(error, cluster.server, timeoutMs));
    }
  });
}

function explain(error: NodeJS.ErrnoException, server: string, timeoutMs: number): CliError {
  const code = error.code ?? error.name;
  if (/CERT|SIGNATURE|ISSUER|ALTNAME|SELF_SIGNED/.test(code)) {
    return new CliError(
      `the certificate of ${server} does not fit the kubeconfig's CA (${code}); was the cluster made anew? export its kubeconfig again`,
    );
  }
  const reason =
    code === "ABORT_ERR" || code === "AbortError" || code === "TimeoutError"
      ? `no answer within ${timeoutMs / 1000} s`
      : code;
  return new CliError(
    `the API server at ${server} does not answer (${reason}); start the cluster, or check the kubeconfig's server`,
  );
}
