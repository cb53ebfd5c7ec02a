/** What an advice is about. */
export interface Place {
  /** Name of the environment, for the commands that are named. */
  readonly environment: string;
  /**
   * Whether Vault is opened by keys in a Kubernetes Secret and not by a key service.
   *
   * @default - not known: both are named
   */
  readonly local?: boolean;
}

/** Something that goes wrong with Vault, by what is printed then. */
export interface Situation {
  /** As Vault, the API server, Node.js, or Terraform with its vault provider says it. */
  readonly pattern: RegExp;
  /** Cause and next step, one sentence. */
  advice(place: Place): string;
}

const sidecarLog = "`kubectl --namespace vault logs vault-0 --container bank-vaults`";

function opens({ environment, local }: Place): string {
  const command = `\`terralake vault unseal ${environment}\``;
  if (local === true)
    return `its sidecar opens it within a minute; if not, see ${sidecarLog}, or open it with ${command}`;
  if (local === false) return `Cloud KMS opens it; if it stays so, ${command} says what to check`;
  return `it is opened within a minute; if not, see ${sidecarLog}, or run ${command}`;
}

/** Login by a service account at the path of the auth method, in Vault's own words or in Terraform's. */
const login = /auth\/kubernetes\/login/.source;

function atLogin(said: RegExp): RegExp {
  return new RegExp(`${login}[\\s\\S]*(${said.source})|(${said.source})[\\s\\S]*${login}`, "i");
}

/** The first whose pattern fits holds. */
const situations: readonly Situation[] = [
  {
    pattern: /Vault is sealed/i,
    advice: (place) => `vault is sealed: ${opens(place)}, then run again`,
  },
  {
    pattern: /(Vault|server|barrier) is not (yet )?initialized|barrier not initialized/i,
    advice: ({ environment }) =>
      `vault is not initialized: the sidecar of its first server does that once, see ${sidecarLog}; where the data was ` +
      `lost, \`terralake vault restore ${environment} <snapshot>\` brings it back`,
  },
  {
    pattern: /no endpoints available for service "?\S*vault-active/,
    advice: (place) =>
      `no Vault server is open and active: ${opens(place)}; \`terralake vault status ${place.environment}\` shows each server; then run again`,
  },
  {
    pattern: /pods "?\S*vault-\d+\S*"? not found|services "?\S*vault-active\S*"? not found/,
    advice: ({ environment }) =>
      `Vault is not there: deploy the stacks of ${environment} up to ${environment}-vault, then run again`,
  },
  {
    pattern: /User "[^"]*" cannot (get|create|update|patch|delete|list) resource "(services|pods)\/proxy"/,
    advice: () =>
      "you may not reach Vault through the API server: ask for a Role in namespace vault with verbs get, create, update, " +
      "patch and delete on services/proxy (resource name https:vault-active:8200) and pods/proxy (https:vault-0:8200 and the others)",
  },
  {
    pattern: /error trying to reach service/,
    advice: ({ environment }) =>
      `the API server cannot reach the Vault pod: look at it with \`kubectl --namespace vault get pods\` and see that ` +
      `network policies let the API server in (target.apiServer.cidrs of environments/${environment}.ts)`,
  },
  {
    pattern: atLogin(/invalid audience|audience claim/),
    advice: () =>
      "vault refused the token because of its audience: the role's audience must be the one the token was asked for (vault); " +
      "deploy the stack that makes the role, and see that the SecretStore or provider asks for audience vault",
  },
  {
    pattern: atLogin(/service account name not authorized|namespace not authorized/),
    advice: () =>
      "the Vault role does not name this service account in this namespace: deploy the stack that makes the role, then run again",
  },
  {
    pattern: atLogin(/invalid role name/),
    advice: ({ environment }) =>
      `vault has no such role: the roles of services come with ${environment}-secrets, Terraform's with the bootstrap job, see ` +
      "`kubectl --namespace vault get jobs`",
  },
  {
    pattern: atLogin(/token not yet valid|token is expired|issued in the future/),
    advice: () =>
      "vault holds the token for expired or not yet valid: the clocks of Vault's node and of the API server differ; " +
      "set them by NTP, then run again",
  },
  {
    pattern: atLogin(/invalid issuer/),
    advice: () =>
      "vault expects another issuer of tokens: the auth method must have no `issuer` of its own, or that of this cluster " +
      "(`kubectl get --raw /.well-known/openid-configuration`)",
  },
  {
    pattern: atLogin(/could not load backend configuration|no handler for route|unsupported path/),
    advice: () =>
      "vault's Kubernetes auth is not configured: the bootstrap job does that, see `kubectl --namespace vault get jobs`",
  },
  {
    pattern: atLogin(/permission denied|Code: 403/),
    advice: ({ environment }) =>
      "vault refused the service account: the API server did not confirm its token to Vault (does account vault/vault have " +
      "ClusterRole system:auth-delegator? was the cluster made anew?), or the bootstrap job has not run, see " +
      `\`kubectl --namespace vault get jobs\`; \`terralake vault auth-check ${environment}\` tries every role`,
  },
  {
    pattern: /x509: certificate signed by unknown authority|UNABLE_TO_(VERIFY|GET)|SELF_SIGNED|DEPTH_ZERO/,
    advice: ({ environment }) =>
      "the certificate is signed by a CA that is not expected, as after a cluster was made anew: export its kubeconfig again, " +
      `run \`terralake connect ${environment}\` (local clusters), then run again`,
  },
  {
    pattern: /x509: certificate has expired or is not yet valid|CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/,
    advice: () =>
      "a certificate has expired or is not valid yet: compare this machine's clock with the cluster's, and see whether " +
      "cert-manager renews (`kubectl --namespace vault get certificates`)",
  },
  {
    pattern: /x509: certificate (is valid for|is not valid for|relies on)|cannot validate certificate|ALTNAME/,
    advice: () =>
      "the certificate does not have the name that was asked for: check vault.address in the environment, or the server of the kubeconfig",
  },
  {
    pattern: /ENOTFOUND|EAI_AGAIN|no such host/,
    advice: () => "the address is not known to DNS: check the kubeconfig's server or vault.address, and VPN or proxy",
  },
  {
    pattern: /ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|socket hang up|no answer from/,
    advice: ({ environment }) =>
      "nobody answers: see that the cluster runs, then `terralake connect " +
      `${environment}\` (local clusters, in case the port changed), then run again`,
  },
];

/** What to do about a failure of Vault, when what was said shows a situation that is known; the first that fits. */
export function vaultAdvice(said: string, place: Place): string | undefined {
  return situations.find(({ pattern }) => pattern.test(said))?.advice(place);
}
