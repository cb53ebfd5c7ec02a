import { ApiException, CoreV1Api, CustomObjectsApi, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { CertificateAuthority } from "./certificates";
import { ClusterError } from "./cluster-error";
import type { ControlPlane } from "./control-plane";

const GROUP = "cert-manager.io";
const VERSION = "v1";
const AUTHORITY_SECRET = { namespace: "kube-system", name: "rehearsal-certificate-authority" };

/** The part of a Certificate that is read. @see https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.Certificate */
interface CertificateObject {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly generation?: number };
  readonly spec: {
    readonly secretName: string;
    readonly commonName?: string;
    readonly dnsNames?: readonly string[];
    readonly ipAddresses?: readonly string[];
    readonly isCA?: boolean;
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/**
 * Stands in for cert-manager, whose pods do not run: makes the secret of every Certificate, signed by one authority for all
 * issuers, and says that it is ready. Does nothing for those that have their secret.
 *
 * @returns how many secrets were made
 */
export async function issueCertificates(cluster: ControlPlane): Promise<number> {
  const certificates = await listCertificates(cluster);
  if (certificates.length === 0) return 0;
  const core = cluster.client.makeApiClient(CoreV1Api);
  const authority = await loadAuthority(core);
  let made = 0;
  for (const certificate of certificates) {
    const { name, namespace } = certificate.metadata;
    if (!(await secretExists(core, namespace, certificate.spec.secretName))) {
      await createSecret(core, certificate, authority);
      made += 1;
    }
    await markReady(
      cluster.client.makeApiClient(CustomObjectsApi),
      namespace,
      name,
      certificate.metadata.generation ?? 1,
    );
  }
  return made;
}

async function listCertificates(cluster: ControlPlane): Promise<readonly CertificateObject[]> {
  const api = cluster.client.makeApiClient(CustomObjectsApi);
  const list: unknown = await api
    .listClusterCustomObject({ group: GROUP, version: VERSION, plural: "certificates" })
    .catch((error: unknown) => {
      if (isStatus(error, 404)) return { items: [] }; // cert-manager's definitions are not installed
      throw error;
    });
  return (list as { readonly items: readonly CertificateObject[] }).items;
}

async function createSecret(
  core: CoreV1Api,
  certificate: CertificateObject,
  authority: CertificateAuthority,
): Promise<void> {
  const { metadata, spec } = certificate;
  const pair = spec.isCA
    ? { certificate: authority.certificate, key: authority.key }
    : await authority.issue({
        commonName: spec.commonName ?? spec.dnsNames?.[0] ?? metadata.name,
        dnsNames: spec.dnsNames,
        ipAddresses: spec.ipAddresses,
      });
  await core.createNamespacedSecret({
    namespace: metadata.namespace,
    body: {
      metadata: { name: spec.secretName, annotations: { "cert-manager.io/certificate-name": metadata.name } },
      type: "kubernetes.io/tls",
      stringData: { "tls.crt": pair.certificate, "tls.key": pair.key, "ca.crt": authority.certificate },
    },
  });
}

async function markReady(api: CustomObjectsApi, namespace: string, name: string, generation: number): Promise<void> {
  const condition = {
    type: "Ready",
    status: "True",
    reason: "Ready",
    message: "signed by the rehearsal's certificate authority",
    observedGeneration: generation,
    lastTransitionTime: new Date().toISOString(),
  };
  await api.patchNamespacedCustomObjectStatus(
    {
      group: GROUP,
      version: VERSION,
      plural: "certificates",
      namespace,
      name,
      body: { status: { conditions: [condition] } },
    },
    setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
  );
}

/** Kept in the cluster, so that secrets made later are trusted by those who have the certificate already. */
async function loadAuthority(core: CoreV1Api): Promise<CertificateAuthority> {
  try {
    const { data } = await core.readNamespacedSecret(AUTHORITY_SECRET);
    const text = (key: string): string => Buffer.from(data?.[key] ?? "", "base64").toString();
    return await CertificateAuthority.load(text("tls.crt"), text("tls.key"));
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
  const authority = await CertificateAuthority.create("rehearsal-issuer");
  await core.createNamespacedSecret({
    namespace: AUTHORITY_SECRET.namespace,
    body: {
      metadata: { name: AUTHORITY_SECRET.name },
      type: "kubernetes.io/tls",
      stringData: { "tls.crt": authority.certificate, "tls.key": authority.key },
    },
  });
  return authority;
}

async function secretExists(core: CoreV1Api, namespace: string, name: string): Promise<boolean> {
  return core.readNamespacedSecret({ namespace, name }).then(
    () => true,
    (error: unknown) => {
      if (isStatus(error, 404)) return false;
      throw error;
    },
  );
}

/** Whether an error is the API server's answer with this HTTP status. */
export function isStatus(error: unknown, status: number): boolean {
  return error instanceof ApiException && error.code === status;
}

/** The data of a secret, decoded. @throws ClusterError when there is no such secret */
export async function readSecret(
  cluster: Pick<ControlPlane, "client">,
  namespace: string,
  name: string,
): Promise<Readonly<Record<string, string>>> {
  const core = cluster.client.makeApiClient(CoreV1Api);
  const secret = await core.readNamespacedSecret({ namespace, name }).catch((error: unknown) => {
    if (isStatus(error, 404)) throw new ClusterError(`there is no secret ${namespace}/${name}`);
    throw error;
  });
  return Object.fromEntries(
    Object.entries(secret.data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
  );
}
