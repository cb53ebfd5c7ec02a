import "reflect-metadata"; // must come first: the X.509 package registers its parts through it
import { webcrypto } from "node:crypto";
import { Pkcs10CertificateRequestGenerator, SubjectAlternativeNameExtension } from "@peculiar/x509";
import { ecKey, ecSignature, privatePem, subjectNames } from "./certificates";

/** What a certificate is asked for. */
export interface RequestedNames {
  /** @default - none: the names stand in the extension only */
  readonly commonName?: string;
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
}

/** A request for a certificate and the key that it is for, both PEM. */
export interface CertificateSigningRequest {
  readonly request: string;
  readonly key: string;
}

/** Makes a key, and a request (PKCS #10) signed with it. */
export async function createRequest(names: RequestedNames): Promise<CertificateSigningRequest> {
  const keys = await webcrypto.subtle.generateKey(ecKey, true, ["sign", "verify"]);
  const alternatives = subjectNames(names);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: names.commonName === undefined ? [] : [{ CN: [names.commonName] }],
    keys,
    signingAlgorithm: ecSignature,
    extensions: alternatives.length > 0 ? [new SubjectAlternativeNameExtension(alternatives)] : [],
  });
  return { request: request.toString("pem"), key: await privatePem(keys.privateKey) };
}
