import { RegisteredSecrets } from "./registered-secrets";
import { pathOf, type SecretKey, type SecretRef, type SecretValue } from "./secret-ref";
import type { ClusterStore, SecretReaderIdentity } from "./secret-source";

/** Names that the store, and the person who makes its token, agree on. */
export const onePasswordAccess = {
  /** The ClusterSecretStore. */
  store: "onepassword-connect",
  /** Kubernetes Secret with the Connect token, in the namespace of External Secrets; a person makes it. */
  tokenSecret: "onepassword-connect-token",
  /** Its key. */
  tokenKey: "token",
} as const;

/** A field that an item must have. */
export interface OnePasswordField {
  /** Label of the field; once in the item. */
  readonly label: string;
  /** What its value must be, in words; exact for a value that is no secret. */
  readonly value: string;
}

/** An item that must be in one of the 1Password vaults before the services are applied. */
export interface OnePasswordItem {
  /** Title of the item, which is mount and path of the secret. */
  readonly title: string;
  readonly fields: readonly OnePasswordField[];
}

/**
 * Secrets that people keep in 1Password. Nothing is written: what services ask for must be there as items, see
 * {@link OnePasswordSecrets.items}.
 *
 * A rotation is a new value in 1Password, and then a risen version, by which every reader reads at once.
 *
 * @see https://external-secrets.io/latest/provider/1password-automation/
 */
export class OnePasswordSecrets extends RegisteredSecrets {
  readonly store: ClusterStore = { kind: "ClusterSecretStore", name: onePasswordAccess.store };

  /** Noted only: who may read is decided by the namespaces of the store, and by the vaults of the token. */
  grantRead(ref: SecretRef, reader: SecretReaderIdentity): void {
    this.registry.addReader(ref, reader);
  }

  /** What people have to keep in 1Password, in the order of titles. */
  get items(): readonly OnePasswordItem[] {
    return this.inventory.map(({ ref, values }) => ({
      title: pathOf(ref),
      fields: ref.keys.map((label) => ({ label, value: inWords(values[label]) })),
    }));
  }

  remoteRef({ secret, key }: SecretKey): { readonly key: string; readonly property: string } {
    // The prefix says that a field is meant, whatever the field's own name begins with.
    return { key: pathOf(secret), property: `field/${key}` };
  }

  protected write(): void {
    // People do.
  }
}

function inWords(value: SecretValue | undefined): string {
  switch (value?.source) {
    case undefined:
      return "any";
    case "fixed":
      return value.value;
    case "provided":
      return value.description;
    case "generated":
      return `${value.length} random ${value.alphabet === "full" ? "characters" : "letters and digits"}`;
    case "fernet":
      return "a Fernet key: 32 random bytes in URL-safe base64";
    default:
      return value satisfies never;
  }
}
