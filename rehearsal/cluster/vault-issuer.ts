import { X509Certificate } from "node:crypto";
import { requestJson } from "../../operations/https-json";
import { VaultClient } from "../../operations/vault/client";
import { ClusterError } from "./cluster-error";
import type { ControlPlane } from "./control-plane";
import type { NameProxy } from "./name-proxy";
import { readSecret } from "./secret-data";

/** The part of a ClusterIssuer's `spec.vault` that is used here. @see https://cert-manager.io/docs/configuration/vault/ */
export interface VaultIssuerSpec {
  readonly server: string;
  /** Path that signs, such as `pki-int/sign/services`. */
  readonly path: string;
  readonly caBundleSecretRef?: { readonly name: string; readonly key?: string };
  readonly auth: {
    readonly kubernetes?: {
      /** With `/v1` in front. @default "/v1/auth/kubernetes" */
      readonly mountPath?: string;
      readonly role: string;
      readonly serviceAccountRef?: { readonly name: string; readonly audiences?: readonly string[] };
    };
  };
}

/** Settings of {@link loginAsIssuer}. */
export interface VaultIssuerOptions {
  readonly cluster: Pick<ControlPlane, "client" | "endpoint" | "authority">;
  /** Finds the server on this machine by its name in the cluster. */
  readonly names: Pick<NameProxy, "find">;
  /** Name of the ClusterIssuer. */
  readonly issuer: string;
  readonly spec: VaultIssuerSpec;
  /**
   * Audiences of the token that is shown to Vault.
   *
   * @default - those that cert-manager asks for: the issuer's own, one made of its name, and the server's address
   */
  readonly audiences?: readonly string[];
}

/** A signed certificate as cert-manager stores it, PEM. */
export interface SignedCertificate {
  /** The certificate and the intermediates above it. */
  readonly chain: string;
  /** The root. */
  readonly authority: string;
}

/** Namespace of cert-manager: where it looks up what a ClusterIssuer names, unless its flags say otherwise. */
const resourceNamespace = "cert-manager";
const controllerAccount = "cert-manager";

/** The audiences of cert-manager's token for a ClusterIssuer (its internal/vault, version 1.21). */
export function tokenAudiences(issuer: string, spec: VaultIssuerSpec): readonly string[] {
  return [...(spec.auth.kubernetes?.serviceAccountRef?.audiences ?? []), `vault://${issuer}`, spec.server];
}

/**
 * Logs in to Vault as cert-manager would for a ClusterIssuer: with a token of the issuer's account, which is asked for as
 * cert-manager's own account, so that the rights of both are put to the test.
 *
 * @throws ClusterError for an issuer of another kind and where a part of it is missing or refused
 * @throws VaultError where Vault refuses the login
 */
export async function loginAsIssuer(options: VaultIssuerOptions): Promise<VaultClient> {
  const { cluster, names, issuer, spec } = options;
  const { kubernetes } = spec.auth;
  if (kubernetes?.serviceAccountRef === undefined) {
    throw new ClusterError(
      `ClusterIssuer ${issuer} does not log in with a service account, which is all that is known here`,
    );
  }
  const { caBundleSecretRef: ref } = spec;
  const ca = ref && (await readSecret(cluster, resourceNamespace, ref.name))[ref.key ?? "ca.crt"];
  const { hostname, port } = new URL(spec.server);
  const route = names.find(`${hostname}:${port || 443}`);
  if (route === undefined) {
    throw new ClusterError(`ClusterIssuer ${issuer} names ${spec.server}, where nothing listens`);
  }
  const client = new VaultClient({
    address: `https://${route.host ?? "127.0.0.1"}:${route.port}`,
    ca,
    serverName: hostname,
  });
  const audiences = options.audiences ?? tokenAudiences(issuer, spec);
  const jwt = await issuerToken(cluster, kubernetes.serviceAccountRef.name, audiences);
  const mount = (kubernetes.mountPath ?? "/v1/auth/kubernetes").replace(/^\/?v1\/auth\//, "");
  return client.withToken(await client.loginKubernetes(kubernetes.role, jwt, mount));
}

/**
 * Has a request signed with the parameters that cert-manager sends.
 *
 * @param seconds how long the certificate is to be good
 * @throws VaultError where Vault refuses, with its reason
 */
export async function signByVault(
  client: VaultClient,
  path: string,
  request: { readonly request: string; readonly commonName?: string; readonly dnsNames?: readonly string[] } & {
    readonly ipAddresses?: readonly string[];
  },
  seconds: number,
): Promise<SignedCertificate> {
  const { data } = await client.put(path, {
    common_name: request.commonName ?? "",
    alt_names: (request.dnsNames ?? []).join(","),
    ip_sans: (request.ipAddresses ?? []).join(","),
    uri_sans: "",
    ttl: `${seconds}s`,
    csr: request.request,
    exclude_cn_from_sans: "true",
  });
  const answer = data as {
    readonly certificate: string;
    readonly issuing_ca: string;
    readonly ca_chain?: readonly string[];
  };
  return splitChain([answer.certificate, ...(answer.ca_chain ?? []), answer.issuing_ca]);
}

/** Leaf and intermediates on one side, the self-signed root on the other; without one, the last is what there is to trust. */
function splitChain(pems: readonly string[]): SignedCertificate {
  const unique = [...new Set(pems.map((pem) => pem.trim()))].map((pem) => new X509Certificate(pem));
  const root = unique.find((certificate) => certificate.checkIssued(certificate));
  const above = unique.filter((certificate) => certificate !== root);
  return {
    chain: above.map(String).join(""),
    authority: String(root ?? above.at(-1)),
  };
}

async function issuerToken(
  cluster: VaultIssuerOptions["cluster"],
  account: string,
  audiences: readonly string[],
): Promise<string> {
  const identity = await cluster.authority.issue({
    commonName: `system:serviceaccount:${resourceNamespace}:${controllerAccount}`,
    organizations: ["system:serviceaccounts", `system:serviceaccounts:${resourceNamespace}`],
  });
  const { status, body } = await requestJson({
    method: "POST",
    url: `${cluster.endpoint}/api/v1/namespaces/${resourceNamespace}/serviceaccounts/${account}/token`,
    ca: cluster.authority.certificate,
    client: identity,
    body: {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { audiences, expirationSeconds: 600 },
    },
  });
  const answer = body as { readonly status?: { readonly token?: string }; readonly message?: string };
  if (status !== 201 || answer.status?.token === undefined) {
    throw new ClusterError(
      `cert-manager may not have a token of ${resourceNamespace}/${account}: ${answer.message ?? `status ${status}`}`,
    );
  }
  return answer.status.token;
}
