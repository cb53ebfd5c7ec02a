import { CustomObjectsApi } from "@kubernetes/client-node";
import { vaultAddress } from "../../constructs/vault";
import { createRequest } from "../cluster/certificate-request";
import type { ControlPlane } from "../cluster/control-plane";
import { loginAsIssuer, signByVault, type VaultIssuerSpec } from "../cluster/vault-issuer";
import { RehearsalError } from "../rehearsal-error";
import type { ProofContext } from "./proof";
import { mustBeRefused } from "./refuse";

/** A ClusterIssuer that asks Vault. */
export interface VaultClusterIssuer {
  readonly name: string;
  readonly spec: VaultIssuerSpec;
}

/** @throws RehearsalError for an issuer of another kind */
export async function clusterIssuer(cluster: Pick<ControlPlane, "client">, name: string): Promise<VaultClusterIssuer> {
  const found: unknown = await cluster.client
    .makeApiClient(CustomObjectsApi)
    .getClusterCustomObject({ group: "cert-manager.io", version: "v1", plural: "clusterissuers", name });
  const { vault } = (found as { readonly spec: { readonly vault?: VaultIssuerSpec } }).spec;
  if (vault === undefined) {
    throw new RehearsalError(`ClusterIssuer ${name} does not ask Vault`);
  }
  return { name, spec: vault };
}

/**
 * Asks as cert-manager for what the role must not sign, for what its policy does not allow, and with a token for somebody else.
 *
 * @param domain whose names are signed, such as `data-platform.svc`
 * @returns how much was refused
 */
export async function refusesOtherNames(
  { cluster, proxy }: ProofContext,
  { name: issuer, spec }: VaultClusterIssuer,
  domain: string,
): Promise<number> {
  const login = { cluster, names: proxy, issuer, spec };
  const client = await loginAsIssuer(login);
  const names = [
    { dnsNames: ["vault-active.vault.svc"] },
    { dnsNames: [`a.not-${domain}`] },
    { dnsNames: [domain] },
    { dnsNames: [`*.${domain}`] },
    { dnsNames: ["localhost"] },
    { dnsNames: [`a.${domain}.example.com`] },
    { ipAddresses: ["10.0.0.1"] },
  ];
  for (const asked of names) {
    const { request } = await createRequest(asked);
    const what = `signs ${[...(asked.dnsNames ?? []), ...(asked.ipAddresses ?? [])].join(", ")}`;
    await mustBeRefused(what, () => signByVault(client, spec.path, { ...asked, request }, 3600), [400]);
  }
  const paths = ["pki-int/issue/services", "pki-int/sign-verbatim", "pki/root/sign-intermediate", "pki-int/revoke"];
  for (const path of paths) {
    await mustBeRefused(`cert-manager writes to ${path}`, () => client.put(path, { common_name: "a" }));
  }
  await mustBeRefused(
    "a token of the issuer's account for another audience",
    () => loginAsIssuer({ ...login, audiences: [`vault://${issuer}`, vaultAddress] }),
    [400, 403],
  );
  return names.length + paths.length + 1;
}
