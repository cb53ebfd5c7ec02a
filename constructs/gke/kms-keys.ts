import { KmsCryptoKey } from "@cdktf/provider-google/lib/kms-crypto-key";
import { KmsCryptoKeyIamMember } from "@cdktf/provider-google/lib/kms-crypto-key-iam-member";
import { KmsKeyRing } from "@cdktf/provider-google/lib/kms-key-ring";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { PlatformError } from "../terraform/platform-error";
import { cryptoKeyId, type PlatformKey } from "./addresses";

/** Longest time between rotations, in days (VLT-06). */
export const rotationDays = 90;

/** Settings of {@link KmsKeys}. */
export interface KmsKeysProps {
  readonly project: string;
  /** Region of the ring; a regional cluster and its disks can use keys of their own region only. */
  readonly location: string;
  /** Short name of the key ring. */
  readonly keyRing: string;
  /**
   * Whether ring and keys exist already and are to be taken into the state. A ring cannot be deleted, so a state that was
   * lost must adopt it; creating it again fails.
   *
   * @default false
   */
  readonly adopt?: boolean;
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
  readonly adopt: boolean;
  private readonly keys: Readonly<Record<PlatformKey, KmsCryptoKey>>;

  constructor(scope: Construct, id: string, props: KmsKeysProps) {
    super(scope, id);
    this.keyRing = props.keyRing;
    this.adopt = props.adopt ?? false;

    const ring = new KmsKeyRing(this, "Resource", {
      project: props.project,
      location: props.location,
      name: props.keyRing,
      // TF-16, TF-17: a ring outlives destroy at Google's side, so its address must stay in the state as well.
      lifecycle: { preventDestroy: true },
      dependsOn: props.dependsOn ? [...props.dependsOn] : undefined,
    });
    if (this.adopt) {
      ring.importFrom(`projects/${props.project}/locations/${props.location}/keyRings/${props.keyRing}`);
    }

    const make = (key: PlatformKey, constructId: string) => {
      const made = new KmsCryptoKey(this, constructId, {
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
      if (this.adopt) {
        made.importFrom(cryptoKeyId({ project: props.project, location: props.location, keyRing: props.keyRing, key }));
      }
      return made;
    };
    this.keys = {
      "vault-unseal": make("vault-unseal", "VaultUnseal"),
      state: make("state", "State"),
      etcd: make("etcd", "Etcd"),
      disks: make("disks", "Disks"),
      snapshots: make("snapshots", "Snapshots"),
    };
  }

  /** Full name of a key, as a reference that makes its user wait for it. */
  keyId(key: PlatformKey): string {
    return this.keys[key].id;
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
