import "reflect-metadata"; // must come first: the X.509 package registers its parts through it
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, webcrypto } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonName,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** Kind of the keys that are made. */
export const ecKey = { name: "ECDSA", namedCurve: "P-256" } as const;

/** How they sign. */
export const ecSignature = { name: "ECDSA", hash: "SHA-256" } as const;

const DAY_MS = 86_400_000;
/** A rehearsal lasts minutes; a clock that is a little behind must not break it. */
const VALID_DAYS = 30;
const USES_SIGNATURE = KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment;

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** What a certificate says. It serves as server and as client certificate. */
export interface CertificateRequest {
  /** Also the user name, in a client certificate for Kubernetes. */
  readonly commonName: string;
  /** Also the groups of that user. @default - none */
  readonly organizations?: readonly string[];
  /** @default - none */
  readonly dnsNames?: readonly string[];
  /** @default - none */
  readonly ipAddresses?: readonly string[];
}

/** A certificate authority that lives as long as a rehearsal. */
export class CertificateAuthority {
  private constructor(
    /** Certificate of the authority, PEM. */
    readonly certificate: string,
    /** Its private key, PEM. */
    readonly key: string,
    private readonly issuer: X509Certificate,
    private readonly signingKey: webcrypto.CryptoKey,
  ) {}

  static async create(commonName: string): Promise<CertificateAuthority> {
    const keys = await webcrypto.subtle.generateKey(ecKey, true, ["sign", "verify"]);
    const issuer = await X509CertificateGenerator.createSelfSigned({
      serialNumber: serial(),
      name: subject(commonName),
      ...validity(),
      signingAlgorithm: ecSignature,
      keys,
      extensions: [
        new BasicConstraintsExtension(true, undefined, true),
        new KeyUsagesExtension(
          KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign | KeyUsageFlags.digitalSignature,
          true,
        ),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return new CertificateAuthority(issuer.toString("pem"), await privatePem(keys.privateKey), issuer, keys.privateKey);
  }

  /** The authority of an earlier run, from its two PEM documents. */
  static async load(certificate: string, key: string): Promise<CertificateAuthority> {
    const der = createPrivateKey(key).export({ type: "pkcs8", format: "der" });
    const signingKey = await webcrypto.subtle.importKey("pkcs8", der, ecKey, true, ["sign"]);
    return new CertificateAuthority(certificate, key, new X509Certificate(certificate), signingKey);
  }

  /** Makes a key and a certificate for it, signed by this authority. */
  async issue(request: CertificateRequest): Promise<KeyPair> {
    const keys = await webcrypto.subtle.generateKey(ecKey, true, ["sign", "verify"]);
    const names = subjectNames(request);
    const certificate = await X509CertificateGenerator.create({
      serialNumber: serial(),
      subject: subject(request.commonName, request.organizations),
      issuer: this.issuer.subjectName,
      ...validity(),
      signingAlgorithm: ecSignature,
      publicKey: keys.publicKey,
      signingKey: this.signingKey,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(USES_SIGNATURE, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
        await AuthorityKeyIdentifierExtension.create(this.issuer),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
        ...(names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : []),
      ],
    });
    return { certificate: `${certificate.toString("pem")}\n`, key: await privatePem(keys.privateKey) };
  }
}

/** The pair that signs and verifies service-account tokens, PEM. */
export function createServiceAccountKeys(): { readonly publicKey: string; readonly privateKey: string } {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: ecKey.namedCurve });
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKey: createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString(),
  };
}

/** Positive and 16 bytes long: Go refuses a negative or longer serial number. */
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString("hex");
}

function subject(commonName: string, organizations: readonly string[] = []): JsonName {
  return [...organizations.map((name) => ({ O: [name] })), { CN: [commonName] }];
}

function validity(): { readonly notBefore: Date; readonly notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - DAY_MS), notAfter: new Date(now + VALID_DAYS * DAY_MS) };
}

/** Names as the extension of a certificate or of a request lists them. */
export function subjectNames({
  dnsNames = [],
  ipAddresses = [],
}: {
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
}): readonly { readonly type: "dns" | "ip"; readonly value: string }[] {
  return [
    ...dnsNames.map((value) => ({ type: "dns" as const, value })),
    ...ipAddresses.map((value) => ({ type: "ip" as const, value })),
  ];
}

/** A private key, PEM. */
export async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key));
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" })
    .export({ type: "pkcs8", format: "pem" })
    .toString();
}
