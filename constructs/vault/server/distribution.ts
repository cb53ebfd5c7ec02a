import { type ChartPin, charts, images } from "../../../charts";
import { vaultAccess } from "../vault-access";

/** Software of the servers: Vault, or OpenBao, its fork under an open-source licence, which speaks the same API. */
export type VaultDistribution = "vault" | "openbao";

/** What differs between the two. Services, accounts and labels have the same names with both. */
export interface Distribution {
  readonly name: VaultDistribution;
  readonly chart: ChartPin;
  /** Image with the server, its command line and a shell. */
  readonly image: string;
  /** Name of the program, which is server and command line in one. */
  readonly program: string;
  /** First part of the names of the server's environment variables. */
  readonly variables: string;
  /** Folder in the pod below which data, audit log and certificates are. */
  readonly home: string;
  /** Where audit devices come from: OpenBao refuses to make them by its API and reads them from its configuration. */
  readonly auditDevices: "api" | "configuration";
}

/**
 * The two distributions.
 *
 * @see https://openbao.org/docs/configuration/audit/ for OpenBao's audit devices
 */
export const distributions: { readonly [Name in VaultDistribution]: Distribution } = {
  vault: {
    name: "vault",
    chart: charts.vault,
    image: images.vault,
    program: "vault",
    variables: "VAULT",
    home: "/vault",
    auditDevices: "api",
  },
  openbao: {
    name: "openbao",
    chart: charts.openbao,
    image: images.openbao,
    program: "bao",
    variables: "BAO",
    home: "/openbao",
    auditDevices: "configuration",
  },
};

/** Folders and files of a server's pod. */
export interface ServerPaths {
  /** The certificate's Secret: `tls.crt`, `tls.key`, `ca.crt`. */
  readonly tls: string;
  /** Raft's data. */
  readonly data: string;
  /** Volume of the audit log. */
  readonly audit: string;
  /** What the containers of the pod tell each other; empty after a restart of the pod. */
  readonly run: string;
  /** File in which the server writes the id of its process. */
  readonly pidFile: string;
}

/** Where a distribution's server finds its files. */
export function serverPaths({ home }: Distribution): ServerPaths {
  const run = `${home}/run`;
  return {
    tls: `${home}/userconfig/${vaultAccess.serverCertificate}`,
    data: `${home}/data`,
    audit: `${home}/audit`,
    run,
    pidFile: `${run}/server.pid`,
  };
}
