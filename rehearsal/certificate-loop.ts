import { setTimeout as sleep } from "node:timers/promises";
import { issueCertificates } from "./cluster/certificate-issuer";
import type { ControlPlane } from "./cluster/control-plane";

/** Makes the certificates that are asked for while stacks are applied, as cert-manager would. */
export class CertificateLoop {
  private readonly end = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly cluster: ControlPlane) {}

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
      await issueCertificates(this.cluster).catch(() => 0);
      await sleep(500, undefined, { signal: this.end.signal }).catch(() => undefined);
    }
  }
}
