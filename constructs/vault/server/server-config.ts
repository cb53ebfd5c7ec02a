import { vaultAccess } from "../vault-access";
import { type Distribution, serverPaths } from "./distribution";

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
  readonly distribution: Distribution;
  readonly replicas: number;
  /** @default - none: the servers are opened by keys */
  readonly seal?: GcpKmsSeal;
}

/** Name of a server pod as its peers reach it, a name in the servers' certificate. */
export function peerName(pod: string | number): string {
  return `${typeof pod === "number" ? `vault-${pod}` : pod}.vault-internal`;
}

/**
 * The servers' configuration in HCL: Raft storage, TLS for clients and peers (rules VLT-01 to VLT-04, VLT-15). Metrics
 * are kept for a scrape and stay behind a token, since nothing opens them.
 */
export function serverConfig({ distribution, replicas, seal }: ServerConfigProps): string {
  const { port, clusterPort, activeService, namespace } = vaultAccess;
  const paths = serverPaths(distribution);
  const join = Array.from({ length: replicas }, (_, ordinal) =>
    block("retry_join", [
      `leader_api_addr = "https://${peerName(ordinal)}:${port}"`,
      `leader_ca_cert_file = "${paths.tls}/ca.crt"`,
      `leader_tls_servername = "${activeService}.${namespace}.svc"`,
    ]),
  );
  return [
    "ui = false",
    `pid_file = "${paths.pidFile}"`,
    ...(distribution.name === "vault" ? vaultOnly : []),
    block('listener "tcp"', [
      `address = "[::]:${port}"`,
      `cluster_address = "[::]:${clusterPort}"`,
      `tls_cert_file = "${paths.tls}/tls.crt"`,
      `tls_key_file = "${paths.tls}/tls.key"`,
      'tls_min_version = "tls12"',
    ]),
    block('storage "raft"', [`path = "${paths.data}"`, ...join]),
    'service_registration "kubernetes" {}',
    block("telemetry", ['prometheus_retention_time = "24h"', "disable_hostname = true"]),
    ...(distribution.auditDevices === "configuration" ? auditDevices(paths.audit) : []),
    ...(seal ? [gcpKms(seal)] : []),
    "",
  ].join("\n");
}

/**
 * Parameters that OpenBao does not have.
 *
 * `disable_mlock`: Raft maps its file into memory, and nodes of Kubernetes have no swap (rule VLT-07).
 *
 * @see https://developer.hashicorp.com/vault/docs/configuration#deny_slash_in_templated_paths
 */
const vaultOnly = ["disable_mlock = true", "deny_slash_in_templated_paths = true"];

/** Two devices on different sinks: while one is blocked, the other one still answers for requests (rule VCF-04). */
function auditDevices(folder: string): string[] {
  const device = (name: string, path: string) =>
    block(`audit "file" "${name}"`, [block("options", [`file_path = "${path}"`])]);
  return [device("file", `${folder}/audit.log`), device("stdout", "stdout")];
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
