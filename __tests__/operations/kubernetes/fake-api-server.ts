import { KubeConfig } from "@kubernetes/client-node";
import { type FakeAnswer, type FakeVault, fakeVault, type SeenRequest } from "../vault/fake-vault";

/** A kubeconfig whose one context leads to an address on this machine. */
export function kubeconfigOf(
  address: string,
  user: Readonly<Record<string, unknown>> = { token: "operator's" },
): KubeConfig {
  const config = new KubeConfig();
  config.loadFromOptions({
    // Without TLS, as nobody else is on the way.
    clusters: [{ name: "c", server: address, skipTLSVerify: true }],
    users: [{ name: "u", ...user }],
    contexts: [{ name: "kind-kind", cluster: "c", user: "u" }],
    currentContext: "kind-kind",
  });
  return config;
}

/** Something that answers as an API server does, with Vault behind its proxies. */
export interface FakeCluster {
  readonly config: KubeConfig;
  readonly server: FakeVault;
  /** Requests that reached Vault, with paths as Vault sees them. */
  readonly atVault: readonly (SeenRequest & { readonly through: string })[];
}

const proxied = /^\/api\/v1\/namespaces\/vault\/((?:services|pods)\/[^/]+)\/proxy\/v1\/(.*)$/;

/**
 * Starts an API server.
 *
 * @param vault answers what goes through a proxy; undefined for no such Service or pod
 * @param objects answers the rest, by method and path, with the object that was sent
 */
export async function fakeCluster(
  vault: (request: SeenRequest, through: string) => FakeAnswer | undefined,
  objects: (request: SeenRequest) => FakeAnswer | undefined = () => undefined,
): Promise<FakeCluster> {
  const atVault: (SeenRequest & { readonly through: string })[] = [];
  const server = await fakeVault((request) => {
    const [, through, path] = proxied.exec(request.path) ?? [];
    if (through === undefined || path === undefined) return kubernetes(objects(request) ?? notFound(request.path));
    atVault.push({ ...request, path, through });
    return vault({ ...request, path }, through) ?? kubernetes(notFound(through));
  });
  return { config: kubeconfigOf(server.address), server, atVault };
}

/** An answer of the API server itself to a request that it refuses. */
export function refusal(status: number, message: string): FakeAnswer {
  return { status, body: { kind: "Status", apiVersion: "v1", status: "Failure", code: status, message } };
}

/** A token of a service account, made of its name and audience. */
export function tokenOf({ path, body }: SeenRequest): FakeAnswer | undefined {
  const [, namespace, name] = /namespaces\/([^/]+)\/serviceaccounts\/([^/]+)\/token$/.exec(path) ?? [];
  if (namespace === undefined) return undefined;
  const spec = body?.spec as { audiences: readonly string[] } | undefined;
  return { status: 201, body: { status: { token: `${namespace}/${name}@${spec?.audiences.join()}` } } };
}

function notFound(what: string): FakeAnswer {
  return refusal(404, `${what} not found`);
}

function kubernetes(answer: FakeAnswer): FakeAnswer {
  return { ...answer, headers: { "content-type": "application/json", ...answer.headers } };
}
