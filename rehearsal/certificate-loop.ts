import { setTimeout as sleep } from "node:timers/promises";
import { issueCertificates } from "./cluster/certificate-issuer";
import type { ControlPlane } from "./cluster/control-plane";
import type { NameProxy } from "./cluster/name-proxy";

/** Makes the certificates that are asked for while stacks are applied, as cert-manager would. */
export class CertificateLoop {
  private readonly end = new AbortController();
  private running: Promise<void> = Promise.resolve();

  /** @param names where the servers of issuers are found */
  constructor(
    private readonly cluster: ControlPlane,
    private readonly names: Pick<NameProxy, "find">,
  ) {}

  start(): void {
    this.running = this.loop();
  }

  async stop(): Promise<void> {
    this.end.abort();
    await this.running;
  }

  private async loop(): Promise<void> {
    while (!this.end.signal.aborted) {
      // The definitions of cert-manager come and go with the layers.
      await issueCertificates(this.cluster, this.names).catch(() => 0);
      await sleep(500, undefined, { signal: this.end.signal }).catch(() => undefined);
    }
  }
}
