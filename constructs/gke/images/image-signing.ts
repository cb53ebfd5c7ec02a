import { BinaryAuthorizationAttestor } from "@cdktf/provider-google/lib/binary-authorization-attestor";
import { BinaryAuthorizationAttestorIamMember } from "@cdktf/provider-google/lib/binary-authorization-attestor-iam-member";
import { ContainerAnalysisNote } from "@cdktf/provider-google/lib/container-analysis-note";
import { ContainerAnalysisNoteIamMember } from "@cdktf/provider-google/lib/container-analysis-note-iam-member";
import { DataGoogleKmsCryptoKeyVersion } from "@cdktf/provider-google/lib/data-google-kms-crypto-key-version";
import { KmsCryptoKey } from "@cdktf/provider-google/lib/kms-crypto-key";
import { KmsCryptoKeyIamMember } from "@cdktf/provider-google/lib/kms-crypto-key-iam-member";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

/** Short name of the key in its ring. */
export const signingKeyName = "images";

/** Settings of an {@link ImageSigning}. */
export interface ImageSigningProps {
  readonly project: string;
  /** Name of the environment: the first part of all names. */
  readonly environment: string;
  /** Key ring, as a reference that makes the key wait for it. */
  readonly keyRing: string;
  /** Who attests, as a member of IAM grants: the identity of CI that publishes images. */
  readonly publisher: string;
  /**
   * Versions of the key whose signatures count. After a rotation the old one stays until no image that it signed runs.
   *
   * @default [1]
   */
  readonly keyVersions?: readonly number[];
  /**
   * What must exist first, such as the APIs and the publisher.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * Who attests that CI has built an image: a key that signs and never leaves its hardware, and the attestor that knows its
 * public half. It belongs to the bootstrap layer: whoever applies the cluster cannot put another key in its place.
 *
 * @see https://cloud.google.com/binary-authorization/docs/creating-attestors-cli
 */
export class ImageSigning extends Construct {
  readonly attestor: BinaryAuthorizationAttestor;

  constructor(scope: Construct, id: string, props: ImageSigningProps) {
    super(scope, id);
    const { project } = props;
    const dependsOn = props.dependsOn ? [...props.dependsOn] : undefined;
    const key = new KmsCryptoKey(this, "Key", {
      name: signingKeyName,
      keyRing: props.keyRing,
      purpose: "ASYMMETRIC_SIGN",
      // A key that signs cannot be rotated by a clock: each new version must be made known to the attestor first.
      versionTemplate: { algorithm: "EC_SIGN_P256_SHA256", protectionLevel: "HSM" },
      destroyScheduledDuration: "2592000s",
      // TF-16: without the key no image can be attested again.
      lifecycle: { preventDestroy: true },
    });
    const note = new ContainerAnalysisNote(this, "Note", {
      project,
      name: attestorName(props.environment),
      shortDescription: "Built by CI",
      longDescription: "The image was built from a reviewed commit and passed the checks of CI",
      attestationAuthority: { hint: { humanReadableName: "Built by CI" } },
      dependsOn,
    });
    this.attestor = new BinaryAuthorizationAttestor(this, "Attestor", {
      project,
      name: attestorName(props.environment),
      description: "Attests that CI has built an image",
      attestationAuthorityNote: {
        noteReference: note.name,
        publicKeys: (props.keyVersions ?? [1]).map((version) => {
          // The public half can be had from Google alone; it waits for the key, so a first plan asks nobody (TF-11).
          const { name, publicKey } = new DataGoogleKmsCryptoKeyVersion(this, `Version${version}`, {
            cryptoKey: key.id,
            version,
          });
          return {
            id: `//cloudkms.googleapis.com/v1/${name}`,
            pkixPublicKey: { publicKeyPem: publicKey.get(0).pem, signatureAlgorithm: "ECDSA_P256_SHA256" },
          };
        }),
      },
    });

    const member = props.publisher;
    new KmsCryptoKeyIamMember(this, "PublisherSigns", {
      cryptoKeyId: key.id,
      role: "roles/cloudkms.signerVerifier",
      member,
      dependsOn,
    });
    new ContainerAnalysisNoteIamMember(this, "PublisherAttaches", {
      project,
      note: note.name,
      role: "roles/containeranalysis.notes.attacher",
      member,
      dependsOn,
    });
    new BinaryAuthorizationAttestorIamMember(this, "PublisherReadsAttestor", {
      project,
      attestor: this.attestor.name,
      role: "roles/binaryauthorization.attestorsViewer",
      member,
      dependsOn,
    });
  }
}

/** Short name of the attestor of an environment, and of its note. */
export function attestorName(environment: string): string {
  return `${environment}-built-by-ci`;
}

/** Full name of the attestor of an environment, known before it is there. */
export function attestorId(project: string, environment: string): string {
  return `projects/${project}/attestors/${attestorName(environment)}`;
}
