import { GenericEndpoint } from "@cdktf/provider-vault/lib/generic-endpoint";
import { KvSecretBackendV2 } from "@cdktf/provider-vault/lib/kv-secret-backend-v2";
import { KvSecretV2 } from "@cdktf/provider-vault/lib/kv-secret-v2";
import { Mount } from "@cdktf/provider-vault/lib/mount";
import { QuotaRateLimit } from "@cdktf/provider-vault/lib/quota-rate-limit";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { type INamespace, idOf, serviceCertificate } from "../kubernetes";
import { RegisteredSecrets } from "../secrets/registered-secrets";
import { pathOf, type SecretKey, type SecretRef, type SecretValue } from "../secrets/secret-ref";
import type { SecretRegistryProps } from "../secrets/secret-registry";
import type {
  NamespaceStore,
  SecretOptions,
  SecretReaderIdentity,
  StoreParts,
  WritableSecrets,
} from "../secrets/secret-source";
import { jsonOf, SecretValues } from "../secrets/secret-values";
import { DeploySettings, PlatformError, stableJson } from "../terraform";
import { AuditDevices } from "./audit-devices";
import { SecretReader } from "./secret-reader";
import { vaultAccess, vaultAddress } from "./vault-access";

/** Settings of {@link VaultSecrets}. */
export interface VaultSecretsProps extends SecretRegistryProps {
  /**
   * Whether audit devices are made through Vault's API; OpenBao takes them from its server's configuration.
   *
   * @default true
   */
  readonly auditByApi?: boolean;
}

/** A service account that reads every secret of a mount, under names that somebody was promised. */
export interface SharedReaderProps extends SecretReaderIdentity {
  readonly mount: string;
  readonly policy: string;
  readonly role: string;
}

/** Versions of a secret that Vault keeps (rule VCF-08). */
const maxVersions = 10;

/** Requests a second from one address before Vault refuses more; the platform itself makes a few (rule VCF-09). */
const requestsPerSecond = 500;

/**
 * Secrets of the platform in Vault: KV v2 mounts, the secrets in them, and who may read which.
 *
 * A generated value is made by an ephemeral `random_password`, a provided one comes in as an ephemeral variable, and both
 * are written by a write-only argument: they are in no plan, no state and no synthesized file (rules TF-01, TF-02).
 */
export class VaultSecrets extends RegisteredSecrets implements WritableSecrets {
  readonly store: NamespaceStore = {
    kind: "SecretStore",
    name: "vault",
    account: "vault-reader",
    parts: (namespace, vaultIssuer) => this.storeParts(namespace, vaultIssuer),
  };
  /** The audit devices, which everything else in Vault depends on; none where the server's configuration has them. */
  readonly first: readonly ITerraformDependable[];
  private readonly mounts = new Map<string, Mount>();
  private readonly expressions = new Map<string, string>();
  private readonly values = new SecretValues(this);
  private readonly readers = new Map<string, SecretReader>();

  constructor(scope: Construct, id: string, props: VaultSecretsProps = {}) {
    super(scope, id, props);
    this.first = (props.auditByApi ?? true) ? new AuditDevices(this, "Audit").resources : [];
    new QuotaRateLimit(this, "RateLimit", { name: "global", rate: requestsPerSecond });
  }

  /** Lets a service account read a secret, through a role and a policy of its own (rules VCF-06, VCF-07). */
  grantRead(ref: SecretRef, reader: SecretReaderIdentity): void {
    this.registry.addReader(ref, reader);
    const role = roleOf(reader);
    const found = this.readers.get(role) ?? new SecretReader(this, { role, ...reader });
    this.readers.set(role, found);
    found.grant(`${ref.mount}/data/${ref.path}`);
  }

  /**
   * Lets a service account read everything in a mount. An exception to rule VCF-07, for names that were promised.
   *
   * @throws PlatformError for a mount without secrets and a role that is there already
   */
  grantMount({ mount, ...reader }: SharedReaderProps): void {
    const entries = this.inventory.filter(({ ref }) => ref.mount === mount);
    if (entries.length === 0) {
      const known = [...this.mounts.keys()].sort().join(", ") || "none";
      throw new PlatformError(
        this,
        `role "${reader.role}" reads mount "${mount}", which has no secret`,
        `use one of ${known}`,
      );
    }
    if (this.readers.has(reader.role)) {
      throw new PlatformError(this, `role "${reader.role}" is there twice`, "give the shared reader another role");
    }
    const made = new SecretReader(this, reader);
    this.readers.set(reader.role, made);
    made.grant(`${mount}/data/*`);
    for (const { ref } of entries) {
      this.registry.addReader(ref, reader);
    }
  }

  /**
   * A value as an expression, for another write-only argument of the same stack.
   *
   * A generated value is another one in each run, and Vault has the one of the run that wrote the secret's version: who
   * uses the expression must write in the same run and never later, so by the secret's version and not by a counter of its own.
   *
   * @throws PlatformError for a secret or a key that is not declared here
   */
  expressionOf({ secret, key }: SecretKey): string {
    this.registry.valueOf(secret, key);
    return `\${${this.expressions.get(`${pathOf(secret)}#${key}`)}}`;
  }

  remoteRef({ secret, key }: SecretKey): { readonly key: string; readonly property: string } {
    return { key: pathOf(secret), property: key };
  }

  protected write(ref: SecretRef, values: { readonly [key: string]: SecretValue }, options: SecretOptions): void {
    const id = idOf(`${ref.mount}-${ref.path}`);
    if (this.node.tryFindChild(id)) {
      throw new PlatformError(this, `secret "${pathOf(ref)}" has the address of another one`, "use another path");
    }
    const scope = new Construct(this, id);
    const expressions = this.values.expressions(scope, ref, values);
    for (const [key, expression] of expressions) {
      this.expressions.set(`${pathOf(ref)}#${key}`, expression);
    }
    const secret = new KvSecretV2(scope, "Resource", {
      mount: this.mount(ref.mount).path,
      name: ref.path,
      dataJsonWo: jsonOf(expressions),
      dataJsonWoVersion: ref.version,
      // Terraform's role may write secrets and not read them; the provider would read after each write.
      disableRead: true,
      deleteAllVersions: DeploySettings.of(this).allowDestroy,
      // Provider 5.9 fails on any change but one of the version: it has no data to write then, and writes it all the same.
      lifecycle: { ignoreChanges: ["delete_all_versions"] },
    });
    this.describe(scope, ref, secret, options);
  }

  /** Owner and rotation period, as metadata of the secret that Vault shows to people. */
  private describe(scope: Construct, ref: SecretRef, secret: KvSecretV2, { owner, rotateEvery }: SecretOptions): void {
    const metadata = { ...(owner && { owner }), ...(rotateEvery && { rotate_every: rotateEvery }) };
    if (Object.keys(metadata).length === 0) {
      return;
    }
    // Not `custom_metadata` of the secret: its provider cannot change that without a new version of the data.
    new GenericEndpoint(scope, "Metadata", {
      path: `${ref.mount}/metadata/${ref.path}`,
      dataJson: stableJson({ custom_metadata: metadata }),
      ignoreAbsentFields: true,
      disableDelete: true,
      dependsOn: [secret],
    });
  }

  private storeParts(namespace: INamespace, vaultIssuer: string): StoreParts {
    const reader = { namespace: namespace.name, serviceAccount: this.store.account };
    // Vault's CA reaches the namespace as the `ca.crt` of a certificate that the same authority signs for the reader.
    const certificate = `${this.store.account}-tls`;
    return {
      objects: [
        serviceCertificate({
          name: certificate,
          namespace,
          issuer: vaultIssuer,
          dnsNames: [`${this.store.account}.${namespace.name}`],
        }),
      ],
      provider: {
        vault: {
          server: vaultAddress,
          // No path: a key names its mount, so that one store reads them all.
          version: "v2",
          caProvider: { type: "Secret", name: certificate, key: "ca.crt" },
          auth: {
            kubernetes: {
              mountPath: vaultAccess.kubernetesAuthPath,
              role: roleOf(reader),
              serviceAccountRef: { name: this.store.account, audiences: [vaultAccess.audience] },
            },
          },
        },
      },
    };
  }

  private mount(path: string): Mount {
    const found = this.mounts.get(path);
    if (found) {
      return found;
    }
    const mount = new Mount(this, idOf(`${path}-mount`), {
      path,
      type: "kv",
      options: { version: "2" },
      description: "Secrets of the data platform",
      lifecycle: DeploySettings.of(this).allowDestroy ? undefined : { preventDestroy: true },
    });
    new KvSecretBackendV2(this, idOf(`${path}-settings`), { mount: mount.path, maxVersions });
    this.mounts.set(path, mount);
    return mount;
  }
}

/** Name of the role and of the policy of a reader. */
export function roleOf(reader: SecretReaderIdentity): string {
  return `${reader.namespace}-${reader.serviceAccount}`;
}
