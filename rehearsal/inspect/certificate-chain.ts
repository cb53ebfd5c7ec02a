import { X509Certificate } from "node:crypto";

/** The certificates of a bundle, PEM, one by one. */
export function splitBundle(bundle: string): readonly string[] {
  return bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

/**
 * What is wrong with a chain that should be leaf, intermediate and root, each signed by the next.
 *
 * @param members PEM, the leaf first
 * @param dnsNames names that the leaf must be good for
 */
export function chainProblems(members: readonly string[], dnsNames: readonly string[]): readonly string[] {
  const chain = members.map((pem) => new X509Certificate(pem));
  const [leaf, ...above] = chain;
  return [
    ...(chain.length === 3 ? [] : [`it has ${chain.length} members instead of leaf, intermediate and root`]),
    ...chain.flatMap((certificate, index) => {
      const issuer = chain[index + 1] ?? certificate;
      return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
        ? []
        : [`${certificate.subject} is not signed by ${issuer.subject}`];
    }),
    ...above.filter(({ ca }) => !ca).map(({ subject }) => `${subject} may not sign`),
    ...dnsNames.filter((name) => leaf?.checkHost(name) === undefined).map((name) => `${name} is not in it`),
  ];
}
