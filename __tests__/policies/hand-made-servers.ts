import type { Block } from "../../stacks/stack-json";
import { cloud, release } from "./hand-made";

/** A listener with TLS. */
export const listener =
  '\nlistener "tcp" {\n  tls_cert_file = "/tls/a"\n  tls_key_file = "/tls/b"\n  tls_min_version = "tls12"\n}\n';
const join =
  'retry_join {\n leader_api_addr = "https://vault-0.vault-internal:8200"\n leader_ca_cert_file = "/tls/ca"\n leader_tls_servername = "vault-active.vault.svc"\n}\n';
/** A configuration that keeps every rule. */
export const hcl = `disable_mlock = true\ndeny_slash_in_templated_paths = true${listener}storage "raft" {\n${join}}\n`;
/** Context of a container that may gain nothing. */
export const restricted = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };

/** Values that keep every rule. */
const server = {
  updateStrategyType: "OnDelete",
  standalone: { enabled: false },
  volumes: [{ secret: { secretName: "vault-tls" } }],
  statefulSet: {
    securityContext: { pod: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } }, container: restricted },
  },
  dataStorage: { enabled: true, size: "1Gi", storageClass: null },
  auditStorage: { enabled: true, size: "1Gi", storageClass: null },
  persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
};
/** Values below `server.ha` that keep every rule. */
export const ha = {
  enabled: true,
  replicas: 1,
  apiAddr: "https://a:8200",
  disruptionBudget: { enabled: true, maxUnavailable: 1 },
  raft: { enabled: true, setNodeId: true, config: hcl },
};
/** A part that is switched off. */
export const off = { enabled: false };

/** What a test changes in the servers. */
export interface Changes {
  readonly server?: Block;
  readonly ha?: Block;
  readonly config?: string;
  readonly values?: Block;
  readonly block?: Block;
}

/** Servers that keep every rule, but for what is given. */
export function servers({ config, ...changes }: Changes = {}) {
  const raft = config === undefined ? ha.raft : { ...ha.raft, config };
  const values = {
    global: { tlsDisable: false },
    ui: off,
    injector: off,
    csi: off,
    ...changes.values,
    server: { ...server, ha: { ...ha, raft, ...changes.ha }, ...changes.server },
  };
  return release({ chart: "vault", namespace: "vault", wait: false, ...changes.block }, values);
}

/** What rules on the servers have nothing to say about. */
export const elsewhere = [["another release", release({}, { server: { ha: {} } })]] as const;
/** The chart of the other distribution. */
export const openbao = { chart: "openbao" };

/** The same on Google Cloud, where data must stay. */
export const onCloud = (changes: Changes) => ({ ...servers(changes), environment: cloud });
