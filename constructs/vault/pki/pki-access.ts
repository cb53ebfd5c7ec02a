import { vaultAccess, vaultAddress } from "../vault-access";

/** Names that the PKI engine, its configuration and cert-manager agree on, computed once as those of {@link vaultAccess} are. */
export const pkiAccess = {
  /** Mount of the root, which signs intermediates and nothing else. */
  rootMount: "pki",
  /** Mount of the intermediate, which signs the services' certificates. */
  mount: "pki-int",
  /** Role of the intermediate that says which certificates are signed. */
  role: "services",
  /** ClusterIssuer through which services ask for certificates; also the name of its Vault role and policy. */
  issuer: "vault-services",
  /** Service account whose token cert-manager shows to Vault. */
  serviceAccount: "vault-services-issuer",
} as const;

/** Path that signs a certificate request for a service. */
export const pkiSignPath = `${pkiAccess.mount}/sign/${pkiAccess.role}`;

/** Addresses written into certificates. Vault puts the issuer in, so an old certificate leads to its own issuer for ever. */
export function pkiUrls(mount: string): { readonly issuer: string; readonly revoked: string } {
  const issuer = `${vaultAddress}/v1/${mount}/issuer/{{issuer_id}}`;
  return { issuer: `${issuer}/der`, revoked: `${issuer}/crl/der` };
}

/** Secret in cert-manager's namespace whose `ca.crt` has signed Vault's own certificate. */
export const vaultCaSecret = vaultAccess.issuer;
