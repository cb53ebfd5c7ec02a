import { X509Certificate } from "node:crypto";
import { CoreV1Api, type KubeConfig } from "@kubernetes/client-node";
import { vaultAccess } from "../../constructs/vault";
import type { VaultRole } from "./client";
import type { VaultConnection, VaultServerAccess } from "./connection";

/** What is known of one server. */
export interface ServerState {
  readonly name: string;
  /** What it takes itself for. @default - it did not answer */
  readonly role?: VaultRole;
  /** Of its software. @default - it did not answer */
  readonly version?: string;
  /** API address of the server that it follows. @default - none is elected, or it is sealed */
  readonly leader?: string;
  /** Why it did not answer. @default - it did */
  readonly failure?: unknown;
}

/** What is known of an environment's Vault. */
export interface VaultState {
  readonly servers: readonly ServerState[];
  /** End of the servers' certificate. @default - the operator may not read its Secret, or there is none */
  readonly certificateEnds?: Date;
}

/** Asks every server; one that does not answer does not keep the others from being shown. */
export async function vaultState({ servers, config }: VaultConnection): Promise<VaultState> {
  const [states, certificateEnds] = await Promise.all([Promise.all(servers.map(serverState)), certificateEnd(config)]);
  return { servers: states, certificateEnds };
}

/** Whether Vault can be used: one server leads, and none is sealed or away. */
export function isHealthy({ servers }: VaultState): boolean {
  return (
    servers.some(({ role }) => role === "active") &&
    servers.every(({ role }) => role === "active" || role === "standby")
  );
}

async function serverState({ name, client }: VaultServerAccess): Promise<ServerState> {
  try {
    const [{ version }, role] = await Promise.all([client.status(), client.role()]);
    const open = role === "active" || role === "standby";
    return { name, role, version, leader: open ? (await client.leader()).address : undefined };
  } catch (failure) {
    return { name, failure };
  }
}

async function certificateEnd(config: KubeConfig): Promise<Date | undefined> {
  const { namespace, serverCertificate: name } = vaultAccess;
  try {
    const { data } = await config.makeApiClient(CoreV1Api).readNamespacedSecret({ namespace, name });
    const certificate = data?.["tls.crt"];
    return certificate === undefined
      ? undefined
      : new Date(new X509Certificate(Buffer.from(certificate, "base64")).validTo);
  } catch {
    return undefined;
  }
}
