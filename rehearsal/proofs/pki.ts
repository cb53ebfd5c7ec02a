import "reflect-metadata"; // must come first: the X.509 package registers its parts through it
import { get } from "node:https";
import {
  AuthorityInfoAccessExtension,
  CRLDistributionPointsExtension,
  X509Certificate as ParsedCertificate,
  X509Crl,
} from "@peculiar/x509";
import { pkiAccess } from "../../constructs/vault";
import { stackName } from "../../stacks/layers";
import { readSecret } from "../cluster/secret-data";
import { chainProblems, splitBundle } from "../inspect/certificate-chain";
import { waitForCertificates } from "../inspect/certificates";
import { RehearsalError } from "../rehearsal-error";
import { clusterIssuer, refusesOtherNames } from "./pki-refusals";
import type { Proof, ProofContext } from "./proof";
import { handshake } from "./tls-handshake";

/** Certificates of services are signed by Vault, lead to their issuer and its list of revoked ones, and no others are signed. */
export const pki: Proof = {
  title: "Vault signs certificates of services, and only those",
  async run(context) {
    const certificates = (await waitForCertificates(context.cluster, context.signal)).filter(
      ({ spec }) => spec.issuerRef.name === pkiAccess.issuer,
    );
    if (certificates.length === 0) {
      return undefined;
    }
    const addresses = new Set<string>();
    for (const { metadata, spec } of certificates) {
      const name = `${metadata.namespace}/${spec.secretName}`;
      const secret = await readSecret(context.cluster, metadata.namespace, spec.secretName);
      const { "tls.crt": chain = "", "tls.key": key = "", "ca.crt": authority = "" } = secret;
      context.remember(`${name}#tls.key`, key.split("\n")[1] ?? "");
      const members = [...splitBundle(chain), ...splitBundle(authority)];
      const problems = chainProblems(members, spec.dnsNames ?? []);
      if (problems.length > 0) {
        throw new RehearsalError(`chain of ${name}: ${problems.join(", ")}`);
      }
      await handshake({ certificate: chain, key, authority, names: spec.dnsNames ?? [] });
      for (const [index, issuer] of members.slice(1).entries()) {
        await checkAddresses(context, members[index] ?? "", issuer, addresses);
      }
    }
    const issuer = await clusterIssuer(context.cluster, pkiAccess.issuer);
    const [domain = ""] = certificates.map(({ metadata }) => `${metadata.namespace}.svc`);
    const refused = await refusesOtherNames(context, issuer, domain);
    await noKeyInState(context);
    return `${certificates.length} certificates with their chains, ${addresses.size} addresses fetched, ${refused} requests refused`;
  },
};

/** Fetches what a certificate says of its issuer, as anybody in the cluster could: by name, without a token. */
async function checkAddresses(context: ProofContext, pem: string, issuerPem: string, seen: Set<string>): Promise<void> {
  const certificate = new ParsedCertificate(pem);
  const issuer = new ParsedCertificate(issuerPem);
  const issuers = certificate.getExtension(AuthorityInfoAccessExtension)?.caIssuers.map(({ value }) => value) ?? [];
  const lists =
    certificate
      .getExtension(CRLDistributionPointsExtension)
      ?.distributionPoints.flatMap((point) => point.distributionPoint?.fullName ?? [])
      .map(({ uniformResourceIdentifier }) => String(uniformResourceIdentifier)) ?? [];
  if (issuers.length === 0 || lists.length === 0) {
    throw new RehearsalError(
      `${certificate.subject} names no address of its issuer or of its list of revoked certificates`,
    );
  }
  for (const url of issuers.filter((one) => !seen.has(one))) {
    const found = await fetchBytes(context, url);
    if (!found.equals(Buffer.from(issuer.rawData))) {
      throw new RehearsalError(`${url} is not the certificate of ${issuer.subject}`);
    }
    seen.add(url);
  }
  for (const url of lists.filter((one) => !seen.has(one))) {
    const list = new X509Crl(new Uint8Array(await fetchBytes(context, url)));
    if (!(await list.verify({ publicKey: issuer }))) {
      throw new RehearsalError(`${url} is not signed by ${issuer.subject}`);
    }
    seen.add(url);
  }
}

function fetchBytes({ proxy, vault }: ProofContext, url: string): Promise<Buffer> {
  const { host, hostname, pathname } = new URL(url);
  const route = proxy.find(host);
  if (route === undefined) {
    throw new RehearsalError(`${url} leads to nothing that runs here`);
  }
  return new Promise((resolve, reject) => {
    const options = { host: route.host ?? "127.0.0.1", port: route.port, path: pathname, servername: hostname };
    get({ ...options, ca: vault.ca, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () =>
        response.statusCode === 200
          ? resolve(Buffer.concat(parts))
          : reject(new RehearsalError(`${url} was answered with ${response.statusCode}`)),
      );
    }).on("error", reject);
  });
}

/** The keys were made in Vault: what Terraform keeps of its certificates is public. */
async function noKeyInState({ terraform, workspaces, plan }: ProofContext): Promise<void> {
  const stack = stackName(plan.environment, "secrets");
  const workspace = workspaces.find((one) => one.stack === stack);
  const state = workspace ? await terraform.show(stack, workspace.folder) : "";
  if (!state.includes("vault_pki_secret_backend_root_cert") || /PRIVATE KEY/.test(state)) {
    throw new RehearsalError(`the state of ${stack} has no root certificate, or a private key beside it`);
  }
}
