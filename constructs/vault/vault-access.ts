/**
 * Names that the Vault server, its configuration and its clients agree on. They are computed here once, so that no stack
 * reads another stack's state for them.
 */
export const vaultAccess = {
  /** Namespace of the servers. */
  namespace: "vault",
  /** Service that leads to the unsealed, active server; the plain Service lists sealed pods too. */
  activeService: "vault-active",
  /** Service account of the servers, as the chart names it. */
  serverAccount: "vault",
  /** Service account of the bootstrap job. */
  bootstrapAccount: "vault-bootstrap",
  /** Service account, Vault policy and role of those who take snapshots. */
  snapshots: "vault-snapshot",
  /** Service account, Vault policy and role of those who begin a root token, which takes key shares besides. */
  breakGlass: "vault-break-glass",
  port: 8200,
  clusterPort: 8201,
  /** Mount path of the Kubernetes auth method. */
  kubernetesAuthPath: "kubernetes",
  /** Audience of tokens for Vault; each role demands it (rule VCF-06). */
  audience: "vault",
  /** Service account and Vault role that Terraform uses to configure Vault. */
  terraform: "terraform",
  /** Secret with the servers' certificate, made by cert-manager: `tls.crt`, `tls.key`, `ca.crt`. */
  serverCertificate: "vault-server-tls",
  /** Secret that holds the unseal keys on a local cluster. */
  unsealKeys: "vault-unseal-keys",
  /** ClusterIssuer whose CA signed Vault's certificate; services have certificates of Vault's own engine. */
  issuer: "platform-ca",
} as const;

/** Address of the active server inside the cluster. */
export const vaultAddress = `https://${vaultAccess.activeService}.${vaultAccess.namespace}.svc:${vaultAccess.port}`;

/** Path below the API server's address that leads to Vault through its service proxy. */
export const vaultProxyPath = `/api/v1/namespaces/${vaultAccess.namespace}/services/https:${vaultAccess.activeService}:${vaultAccess.port}/proxy`;

/** Name of the resource that a role must be allowed to proxy to, as the API server's authorizer sees it. */
export const vaultProxyResource = `https:${vaultAccess.activeService}:${vaultAccess.port}`;
