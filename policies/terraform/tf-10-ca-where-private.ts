import { type AddressedBlock, clusterAccess, providers } from "../blocks";
import { type CheckedStack, forEach, type Item, type Rule } from "../rule";

interface Endpoint extends Item {
  readonly url: string;
  /** Argument that names the CA. */
  readonly argument: string;
  readonly ca: unknown;
  readonly insecure: boolean;
}

export const caWherePrivate: Rule = {
  id: "TF-10",
  reason: "the DNS endpoint's certificate is publicly signed, any other one by the cluster's own CA",
  remedy: "pass the CA for an address of the cluster itself, and none for its DNS endpoint",
  check: forEach(endpoints, ({ url, argument, ca, insecure }) => {
    const public_ = url.includes("dns_endpoint");
    return [
      ...(public_ && ca !== undefined ? [`${argument} is set although the endpoint is publicly signed`] : []),
      ...(!public_ && ca === undefined ? [`${argument} is absent for ${url}`] : []),
      ...(insecure ? ["the certificate is not verified"] : []),
    ];
  }),
};

function endpoints(stack: CheckedStack): readonly Endpoint[] {
  return [
    ...providers(stack, ["kubernetes", "helm"]).flatMap(clusterEndpoint),
    ...providers(stack, ["vault"]).map(({ address, block }) => ({
      address,
      url: String(block.address),
      argument: "ca_cert_file",
      ca: block.ca_cert_file,
      insecure: block.skip_tls_verify === true,
    })),
  ];
}

function clusterEndpoint(provider: AddressedBlock): readonly Endpoint[] {
  const access = clusterAccess(provider);
  if (access.host === undefined) {
    return [];
  }
  return [
    {
      address: provider.address,
      url: String(access.host),
      argument: "cluster_ca_certificate",
      ca: access.cluster_ca_certificate,
      insecure: access.insecure === true,
    },
  ];
}
