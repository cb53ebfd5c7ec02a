import { Aspects } from "cdktf";
import { Construct } from "constructs";
import type { SecretKey, SecretRef, SecretValue } from "./secret-ref";
import { SecretRegistry, type SecretRegistryProps } from "./secret-registry";
import type {
  ClusterStore,
  NamespaceStore,
  SecretConsumer,
  SecretEntry,
  SecretOptions,
  SecretReaderIdentity,
  SecretSource,
} from "./secret-source";

/** A source of secrets that remembers what was asked for, and leaves to its keeper how values are written and read. */
export abstract class RegisteredSecrets extends Construct implements SecretSource {
  abstract readonly store: NamespaceStore | ClusterStore;
  protected readonly registry: SecretRegistry;

  constructor(scope: Construct, id: string, props: SecretRegistryProps = {}) {
    super(scope, id);
    this.registry = new SecretRegistry(this, props);
    // A version may be of a secret that is declared later, so all are compared when nothing is added any more.
    Aspects.of(this).add({ visit: (node) => void (node === this && this.registry.checkVersions()) });
  }

  /**
   * Declares a secret, to be written once and again whenever its version rises.
   *
   * @param path below the mount, such as `trino`
   * @param values what stands at each key
   * @throws PlatformError for a secret without keys, a path used twice, and a name, length or version that cannot be
   */
  secret<Key extends string>(
    path: string,
    values: { readonly [K in Key]: SecretValue },
    options: SecretOptions = {},
  ): SecretRef<Key> {
    const ref = this.registry.add(path, values, options);
    this.write(ref, values, options);
    return ref;
  }

  find(mountAndPath: string): SecretRef | undefined {
    return this.registry.find(mountAndPath);
  }

  addConsumer(ref: SecretRef, consumer: SecretConsumer): void {
    this.registry.addConsumer(ref, consumer);
  }

  get inventory(): readonly SecretEntry[] {
    return this.registry.inventory;
  }

  abstract grantRead(ref: SecretRef, reader: SecretReaderIdentity): void;

  abstract remoteRef(key: SecretKey): { readonly key: string; readonly property: string };

  /** Gives a secret that was just registered to its keeper. */
  protected abstract write(
    ref: SecretRef,
    values: { readonly [key: string]: SecretValue },
    options: SecretOptions,
  ): void;
}
