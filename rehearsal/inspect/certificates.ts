import { setTimeout as sleep } from "node:timers/promises";
import { type CertificateObject, listCertificates } from "../cluster/certificate-issuer";
import type { ControlPlane } from "../cluster/control-plane";
import { RehearsalError } from "../rehearsal-error";

const waitMs = 60_000;

/** Certificates that have not been signed, each with what its issuer says. */
export function notReady(certificates: readonly CertificateObject[]): readonly string[] {
  return certificates.flatMap(({ metadata, status }) => {
    const ready = status?.conditions?.find(({ type }) => type === "Ready");
    return ready?.status === "True"
      ? []
      : [
          `certificate ${metadata.namespace}/${metadata.name} is not ready: ${ready?.message ?? "nobody has looked at it"}`,
        ];
  });
}

/**
 * Waits until every Certificate is signed.
 *
 * @returns all of them
 * @throws RehearsalError that says of each one that is not why
 */
export async function waitForCertificates(
  cluster: Pick<ControlPlane, "client">,
  signal: AbortSignal,
): Promise<readonly CertificateObject[]> {
  const end = Date.now() + waitMs;
  for (;;) {
    const certificates = await listCertificates(cluster);
    const problems = notReady(certificates);
    if (problems.length === 0) {
      return certificates;
    }
    if (Date.now() > end) {
      throw new RehearsalError(problems.join("\n"));
    }
    await sleep(500, undefined, { signal });
  }
}
