import { vaultAccess } from "./vault-access";

/** A Cloud KMS key that opens Vault at start. */
export interface GcpKmsSeal {
  readonly project: string;
  /** Region of the key ring, such as `europe-west1`. */
  readonly region: string;
  readonly keyRing: string;
  readonly cryptoKey: string;
}

/** Settings of the server's configuration file. */
export interface ServerConfigProps {
  readonly replicas: number;
  readonly seal?: GcpKmsSeal;
}

/** Folder at which the certificate's Secret is mounted. */
export const tlsFolder = `/vault/userconfig/${vaultAccess.serverCertificate}`;

/** Name of a server pod as its peers reach it. */
export function peerName(ordinal: number): string {
  return `vault-${ordinal}.vault-internal`;
}

/**
 * The servers' configuration in HCL: Raft storage, TLS for clients and peers (rules VLT-01 to VLT-04, VLT-15).
 *
 * `disable_mlock`: Raft maps its file into memory, and nodes of Kubernetes have no swap (rule VLT-07).
 */
export function serverConfig(props: ServerConfigProps): string {
  const { port, clusterPort, activeService, namespace } = vaultAccess;
  const join = Array.from({ length: props.replicas }, (_, ordinal) =>
    block("retry_join", [
      `leader_api_addr = "https://${peerName(ordinal)}:${port}"`,
      `leader_ca_cert_file = "${tlsFolder}/ca.crt"`,
      `leader_tls_servername = "${activeService}.${namespace}.svc"`,
    ]),
  );
  return [
    "ui = false",
    "disable_mlock = true",
    block('listener "tcp"', [
      `address = "[::]:${port}"`,
      `cluster_address = "[::]:${clusterPort}"`,
      `tls_cert_file = "${tlsFolder}/tls.crt"`,
      `tls_key_file = "${tlsFolder}/tls.key"`,
      'tls_min_version = "tls12"',
    ]),
    block('storage "raft"', ['path = "/vault/data"', ...join]),
    'service_registration "kubernetes" {}',
    ...(props.seal ? [gcpKms(props.seal)] : []),
    "",
  ].join("\n");
}

function gcpKms(seal: GcpKmsSeal): string {
  return block('seal "gcpckms"', [
    `project = "${seal.project}"`,
    `region = "${seal.region}"`,
    `key_ring = "${seal.keyRing}"`,
    `crypto_key = "${seal.cryptoKey}"`,
  ]);
}

/** An HCL block; nested blocks are given as lines of their own. */
function block(header: string, lines: readonly string[]): string {
  return [`${header} {`, ...lines.flatMap((line) => line.split("\n")).map((line) => `  ${line}`), "}"].join("\n");
}
