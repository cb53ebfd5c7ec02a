import { CoreV1Api, CustomObjectsApi, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { helmRecords } from "../inspect/helm-records";
import { createRequest } from "./certificate-request";
import { CertificateAuthority } from "./certificates";
import { ClusterError } from "./cluster-error";
import type { ControlPlane } from "./control-plane";
import type { NameProxy } from "./name-proxy";
import { isStatus } from "./secret-data";
import { loginAsIssuer, signByVault, type VaultIssuerSpec } from "./vault-issuer";

const GROUP = "cert-manager.io";
const VERSION = "v1";
const AUTHORITY_SECRET = { namespace: "kube-system", name: "rehearsal-certificate-authority" };

/** The part of a Certificate that is read. @see https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.Certificate */
export interface CertificateObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid?: string;
    readonly generation?: number;
  };
  readonly spec: {
    readonly secretName: string;
    readonly commonName?: string;
    readonly dnsNames?: readonly string[];
    readonly ipAddresses?: readonly string[];
    readonly isCA?: boolean;
    /** Such as `2160h`. */
    readonly duration?: string;
    readonly secretTemplate?: { readonly labels?: Readonly<Record<string, string>> };
    readonly additionalOutputFormats?: readonly { readonly type: string }[];
    readonly issuerRef: { readonly kind?: string; readonly name: string };
  };
  readonly status?: { readonly conditions?: readonly CertificateCondition[] };
}

interface CertificateCondition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

interface ClusterIssuerObject {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly vault?: VaultIssuerSpec };
}

/** What a Certificate's secret holds, PEM. */
interface IssuedCertificate {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
}

/** cert-manager's own default. */
const defaultDuration = "2160h";

/**
 * Stands in for cert-manager, whose pods do not run: makes the secret of every Certificate and says that it is ready. An
 * issuer that is Vault is asked as cert-manager would ask it; for all others one authority signs. Does nothing for those
 * that have their secret; of those that Vault does not sign it says why.
 *
 * @param names where the servers of issuers are, once there are any
 * @returns how many secrets were made
 */
export async function issueCertificates(cluster: ControlPlane, names?: Pick<NameProxy, "find">): Promise<number> {
  const certificates = await listCertificates(cluster);
  if (certificates.length === 0) return 0;
  const core = cluster.client.makeApiClient(CoreV1Api);
  const custom = cluster.client.makeApiClient(CustomObjectsApi);
  const authority = await loadAuthority(core);
  const issuers = await vaultIssuers(custom);
  let made = 0;
  for (const certificate of certificates) {
    const { issuerRef, secretName } = certificate.spec;
    const vault = issuerRef.kind === "ClusterIssuer" ? issuers.get(issuerRef.name) : undefined;
    try {
      if (!(await secretExists(core, certificate.metadata.namespace, secretName))) {
        await createSecret(
          cluster,
          certificate,
          vault ? await issueByVault(cluster, names, certificate, vault) : await issueHere(certificate, authority),
        );
        made += 1;
      }
    } catch (error) {
      if (!vault) throw error;
      const message = error instanceof Error ? error.message : String(error);
      await mark(custom, certificate, { status: "False", reason: "Failed", message });
      continue;
    }
    const by = vault ? `ClusterIssuer ${issuerRef.name}` : "the rehearsal's certificate authority";
    await mark(custom, certificate, { status: "True", reason: "Ready", message: `signed by ${by}` });
  }
  return made;
}

/**
 * Makes a certificate of the rehearsal's own authority anew, as cert-manager does before the old one ends.
 *
 * @throws ClusterError when no Certificate names the secret
 */
export async function renewCertificate(cluster: ControlPlane, namespace: string, secretName: string): Promise<void> {
  const certificate = (await listCertificates(cluster)).find(
    ({ metadata, spec }) => metadata.namespace === namespace && spec.secretName === secretName,
  );
  if (!certificate) throw new ClusterError(`no Certificate makes the secret ${namespace}/${secretName}`);
  const core = cluster.client.makeApiClient(CoreV1Api);
  const stringData = secretData(certificate, await issueHere(certificate, await loadAuthority(core)));
  await core.patchNamespacedSecret(
    { namespace, name: secretName, body: { stringData } },
    setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
  );
}

/** The Certificates of a cluster; none where cert-manager's definitions are not installed. */
export async function listCertificates(cluster: Pick<ControlPlane, "client">): Promise<readonly CertificateObject[]> {
  const api = cluster.client.makeApiClient(CustomObjectsApi);
  const list: unknown = await api
    .listClusterCustomObject({ group: GROUP, version: VERSION, plural: "certificates" })
    .catch((error: unknown) => {
      if (isStatus(error, 404)) return { items: [] }; // cert-manager's definitions are not installed
      throw error;
    });
  return (list as { readonly items: readonly CertificateObject[] }).items;
}

async function vaultIssuers(api: CustomObjectsApi): Promise<ReadonlyMap<string, VaultIssuerSpec>> {
  const list: unknown = await api.listClusterCustomObject({ group: GROUP, version: VERSION, plural: "clusterissuers" });
  const { items } = list as { readonly items: readonly ClusterIssuerObject[] };
  return new Map(items.flatMap(({ metadata, spec }) => (spec.vault ? [[metadata.name, spec.vault] as const] : [])));
}

async function issueHere(
  { metadata, spec }: CertificateObject,
  authority: CertificateAuthority,
): Promise<IssuedCertificate> {
  const pair = spec.isCA
    ? { certificate: authority.certificate, key: authority.key }
    : await authority.issue({
        commonName: spec.commonName ?? spec.dnsNames?.[0] ?? metadata.name,
        dnsNames: spec.dnsNames,
        ipAddresses: spec.ipAddresses,
      });
  return { ...pair, authority: authority.certificate };
}

async function issueByVault(
  cluster: ControlPlane,
  names: Pick<NameProxy, "find"> | undefined,
  { spec }: CertificateObject,
  vault: VaultIssuerSpec,
): Promise<IssuedCertificate> {
  const issuer = spec.issuerRef.name;
  if (names === undefined) {
    throw new ClusterError(`ClusterIssuer ${issuer} asks Vault, which does not run yet`);
  }
  const client = await loginAsIssuer({ cluster, names, issuer, spec: vault });
  const { request, key } = await createRequest(spec);
  const seconds = hours(spec.duration ?? defaultDuration) * 3600;
  const { chain, authority } = await signByVault(client, vault.path, { ...spec, request }, seconds);
  return { certificate: chain, key, authority };
}

function hours(duration: string): number {
  const found = /^(\d+)h$/.exec(duration);
  if (!found) throw new ClusterError(`duration is "${duration}"; here it must be in hours, such as ${defaultDuration}`);
  return Number(found[1]);
}

async function createSecret(
  cluster: ControlPlane,
  certificate: CertificateObject,
  issued: IssuedCertificate,
): Promise<void> {
  const { metadata, spec } = certificate;
  const owner = {
    apiVersion: `${GROUP}/${VERSION}`,
    kind: "Certificate",
    name: metadata.name,
    uid: metadata.uid ?? "",
  };
  await cluster.client.makeApiClient(CoreV1Api).createNamespacedSecret({
    namespace: metadata.namespace,
    body: {
      metadata: {
        name: spec.secretName,
        labels: spec.secretTemplate?.labels,
        annotations: { "cert-manager.io/certificate-name": metadata.name },
        ...((await removesSecrets(cluster)) && { ownerReferences: [{ ...owner, controller: true }] }),
      },
      type: "kubernetes.io/tls",
      stringData: secretData(certificate, issued),
    },
  });
}

/** Whether a secret goes with its Certificate: cert-manager leaves it unless its release says otherwise. */
async function removesSecrets(cluster: ControlPlane): Promise<boolean> {
  const release = (await helmRecords(cluster)).find(({ chart }) => chart.metadata.name === "cert-manager");
  return release?.config?.enableCertificateOwnerRef === true;
}

function secretData(
  { spec }: CertificateObject,
  { certificate, key, authority }: IssuedCertificate,
): Record<string, string> {
  const isCombined = spec.additionalOutputFormats?.some(({ type }) => type === "CombinedPEM");
  return {
    "tls.crt": certificate,
    "tls.key": key,
    "ca.crt": authority,
    ...(isCombined && { "tls-combined.pem": `${key}\n${certificate}` }),
  };
}

async function mark(
  api: CustomObjectsApi,
  { metadata, status }: CertificateObject,
  condition: { readonly status: "True" | "False"; readonly reason: string; readonly message: string },
): Promise<void> {
  const before = status?.conditions?.find(({ type }) => type === "Ready");
  if (before?.status === condition.status && before.message === condition.message) return;
  const now = { type: "Ready", ...condition };
  await api.patchNamespacedCustomObjectStatus(
    {
      group: GROUP,
      version: VERSION,
      plural: "certificates",
      namespace: metadata.namespace,
      name: metadata.name,
      body: {
        status: {
          conditions: [
            { ...now, observedGeneration: metadata.generation ?? 1, lastTransitionTime: new Date().toISOString() },
          ],
        },
      },
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
