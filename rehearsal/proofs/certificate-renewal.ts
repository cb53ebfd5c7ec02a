import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:tls";
import { AppsV1Api, type V1Container } from "@kubernetes/client-node";
import { execa } from "execa";
import { vaultAccess } from "../../constructs/vault";
import { renewCertificate } from "../cluster/certificate-issuer";
import type { ControlPlane } from "../cluster/control-plane";
import { readSecret } from "../cluster/secret-data";
import type { VaultServer } from "../cluster/vault-server";
import { RehearsalError } from "../rehearsal-error";
import type { Proof } from "./proof";

const container = "certificate-reloader";
/** A name in the certificate. */
const vaultName = `${vaultAccess.activeService}.${vaultAccess.namespace}.svc`;
const waitMs = 20_000;

/**
 * Has the stand-in for cert-manager renew the servers' certificate and runs the sidecar of the release as it is, with
 * the folders of this machine: the real Vault must then show the new certificate, in the same process.
 */
export const certificateRenewal: Proof = {
  title: "a renewed certificate is served without a restart",
  async run({ plan, cluster, vault, signal }) {
    const sidecar = await sidecarOf(cluster);
    const env = environmentOf(sidecar);
    const pidFile = join(plan.folder, "vault", env.PID_FILE ?? "");
    const before = { serial: await servedSerial(vault), process: await readFile(pidFile, "utf8") };

    await renewCertificate(cluster, vaultAccess.namespace, vaultAccess.serverCertificate);
    await vault.mountCertificate();
    const renewed = await renewedSerial(cluster);
    await sleep(1000, undefined, { signal });
    if (renewed === before.serial || (await servedSerial(vault)) !== before.serial) {
      throw new RehearsalError("the certificate that Vault serves does not wait for the sidecar: nothing is shown");
    }

    const [program = "sh", ...args] = sidecar.command ?? [];
    const running = execa(program, args, {
      env: { ...env, PID_FILE: pidFile, TLS_FOLDER: dirname(vault.caFile ?? ""), INTERVAL: "1" },
      reject: false,
      all: true,
      cancelSignal: signal,
    });
    const served = await waitForSerial(vault, renewed).finally(() => running.kill());
    const { all: output } = await running;
    if (served !== renewed) {
      throw new RehearsalError(`Vault still serves certificate ${served} after ${waitMs / 1000} s; ${output}`);
    }
    if ((await readFile(pidFile, "utf8")) !== before.process) {
      throw new RehearsalError("Vault was started anew, the certificate was to be read by the same process");
    }
    return `certificate ${short(before.serial)} became ${short(renewed)} in process ${before.process.trim()}`;
  },
};

async function sidecarOf(cluster: ControlPlane): Promise<V1Container> {
  const { namespace } = vaultAccess;
  const set = await cluster.client.makeApiClient(AppsV1Api).readNamespacedStatefulSet({ namespace, name: "vault" });
  const pod = set.spec?.template.spec;
  const found = pod?.containers.find(({ name }) => name === container);
  if (!found || !pod?.shareProcessNamespace) {
    throw new RehearsalError(`the servers' pods have no container ${container} that sees the server's process`);
  }
  return found;
}

function environmentOf({ env }: V1Container): Readonly<Record<string, string>> {
  return Object.fromEntries((env ?? []).map(({ name, value }) => [name, value ?? ""]));
}

async function renewedSerial(cluster: ControlPlane): Promise<string> {
  const secret = await readSecret(cluster, vaultAccess.namespace, vaultAccess.serverCertificate);
  return new X509Certificate(secret["tls.crt"] ?? "").serialNumber;
}

async function waitForSerial(vault: VaultServer, wanted: string): Promise<string> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const served = await servedSerial(vault);
    if (served === wanted || Date.now() > deadline) return served;
    await sleep(200);
  }
}

/** Serial number of the certificate that a new connection is shown. */
function servedSerial({ port, ca }: VaultServer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, ca, servername: vaultName }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.end();
    });
    socket.on("error", reject);
  });
}

function short(serial: string): string {
  return serial.slice(0, 8).toLowerCase();
}
