import { KmsCryptoKey } from "@cdktf/provider-google/lib/kms-crypto-key";
import { KmsCryptoKeyIamMember } from "@cdktf/provider-google/lib/kms-crypto-key-iam-member";
import { KmsKeyRing } from "@cdktf/provider-google/lib/kms-key-ring";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { idOf } from "../../kubernetes/names";
import { PlatformError } from "../../terraform/platform-error";
import type { PlatformKey } from "../addresses";

/** Longest time between rotations, in days (VLT-06). */
export const rotationDays = 90;

/** Settings of {@link KmsKeys}. */
export interface KmsKeysProps {
  readonly project: string;
  /** Region of the ring; a regional cluster and its disks can use keys of their own region only. */
  readonly location: string;
  /** Short name of the key ring. */
  readonly keyRing: string;
  /** The keys to make. One that was made stays: neither a plan nor Google removes it. */
  readonly keys: readonly PlatformKey[];
  /**
   * What must exist first, such as the API of Cloud KMS.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * The key ring of an environment and its keys. They outlive every plan: without them neither Vault nor a state can be read.
 *
 * @see https://cloud.google.com/kms/docs/resource-hierarchy
 */
export class KmsKeys extends Construct {
  readonly keyRing: string;
  /** Full name of the ring, as a reference that makes its user wait for it. */
  readonly ringId: string;
  private readonly keys: ReadonlyMap<PlatformKey, KmsCryptoKey>;

  constructor(scope: Construct, id: string, props: KmsKeysProps) {
    super(scope, id);
    this.keyRing = props.keyRing;

    const ring = new KmsKeyRing(this, "Resource", {
      project: props.project,
      location: props.location,
      name: props.keyRing,
      // TF-16, TF-17: a ring outlives destroy at Google's side, so its address must stay in the state as well.
      lifecycle: { preventDestroy: true },
      dependsOn: props.dependsOn ? [...props.dependsOn] : undefined,
    });

    this.ringId = ring.id;

    const make = (key: PlatformKey) =>
      new KmsCryptoKey(this, idOf(key), {
        name: key,
        keyRing: ring.id,
        purpose: "ENCRYPT_DECRYPT",
        // VLT-06: at most 90 days, in the seconds that the API wants.
        rotationPeriod: `${rotationDays * 24 * 60 * 60}s`,
        // VLT-06: the material never leaves a hardware module.
        versionTemplate: { algorithm: "GOOGLE_SYMMETRIC_ENCRYPTION", protectionLevel: "HSM" },
        // A version that somebody destroys by hand can be restored for this long (30 days, the API's default).
        destroyScheduledDuration: "2592000s",
        // TF-16, VLT-06: losing the key loses all that it sealed.
        lifecycle: { preventDestroy: true },
      });
    this.keys = new Map(props.keys.map((key) => [key, make(key)]));
  }

  /** Whether the key is among those that are made. */
  has(key: PlatformKey): boolean {
    return this.keys.has(key);
  }

  /**
   * Full name of a key, as a reference that makes its user wait for it.
   *
   * @throws PlatformError when the key is not among those that are made
   */
  keyId(key: PlatformKey): string {
    const made = this.keys.get(key);
    if (!made) {
      const names = [...this.keys.keys()].join(", ");
      throw new PlatformError(this, `the key "${key}" is not made, allowed: ${names}`, "make it, or use one of these");
    }
    return made.id;
  }

  /**
   * Lets a Google service agent encrypt and decrypt with one key.
   *
   * @throws PlatformError when a key or another grant has the id
   */
  grantServiceAgent(id: string, key: PlatformKey, member: string): KmsCryptoKeyIamMember {
    if (this.node.tryFindChild(id)) {
      throw new PlatformError(this, `a grant or key "${id}" is there already`, "choose another id");
    }
    return new KmsCryptoKeyIamMember(this, id, {
      cryptoKeyId: this.keyId(key),
      role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
      member,
    });
  }
}
