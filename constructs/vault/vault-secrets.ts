import { KubernetesAuthBackendRole } from "@cdktf/provider-vault/lib/kubernetes-auth-backend-role";
import { KvSecretBackendV2 } from "@cdktf/provider-vault/lib/kv-secret-backend-v2";
import { KvSecretV2 } from "@cdktf/provider-vault/lib/kv-secret-v2";
import { Mount } from "@cdktf/provider-vault/lib/mount";
import { Policy } from "@cdktf/provider-vault/lib/policy";
import { Lazy } from "cdktf";
import { Construct } from "constructs";
import { idOf } from "../kubernetes";
import { DeploySettings, EphemeralResource, PlatformError } from "../terraform";
import type { SecretRef, SecretValue } from "./secret-ref";
import { vaultAccess } from "./vault-access";

/** A Kubernetes service account that reads secrets. */
export interface SecretReaderIdentity {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** Versions of a secret that Vault keeps (rule VCF-08). */
const maxVersions = 10;

/** Life of a reader's token, in seconds (rule VCF-06: at most an hour). */
const readerTtlSeconds = 20 * 60;

/**
 * Secrets of the platform: KV v2 mounts, the secrets in them, and who may read which.
 *
 * A generated value is made by an ephemeral `random_password` and written by a write-only argument: it is in no plan, no
 * state and no synthesized file (rules TF-01, TF-02).
 */
export class VaultSecrets extends Construct {
  private readonly mounts = new Map<string, Mount>();
  private readonly secrets = new Map<string, { readonly ref: SecretRef; readonly readers: Set<string> }>();
  private readonly grants = new Map<string, Set<string>>();

  /**
   * Declares a secret, to be written once and again whenever `version` rises.
   *
   * @param path below the mount, such as `trino`
   * @param values what stands at each key
   * @throws PlatformError for a secret without keys, a path used twice and a version that is not a positive number
   */
  secret<Key extends string>(
    path: string,
    values: { readonly [K in Key]: SecretValue },
    options: { readonly mount?: string; readonly version?: number } = {},
  ): SecretRef<Key> {
    const mount = options.mount ?? "platform";
    const version = options.version ?? 1;
    const keys = (Object.keys(values) as Key[]).sort();
    const fullPath = `${mount}/${path}`;
    if (keys.length === 0) {
      throw new PlatformError(
        this,
        `secret "${fullPath}" has no keys`,
        "name at least one key and how its value is made",
      );
    }
    if (!/^[a-z0-9]([-a-z0-9/]*[a-z0-9])?$/.test(path)) {
      throw new PlatformError(this, `secret path is "${path}"`, "use lower-case letters, digits, dashes and slashes");
    }
    if (this.secrets.has(fullPath)) {
      throw new PlatformError(
        this,
        `secret "${fullPath}" is declared twice`,
        "share its SecretRef or use another path",
      );
    }
    if (!Number.isInteger(version) || version < 1) {
      throw new PlatformError(
        this,
        `version of "${fullPath}" is ${version}`,
        "use a whole number from 1 that only rises",
      );
    }
    const ref: SecretRef<Key> = { mount, path, keys };
    this.secrets.set(fullPath, { ref, readers: new Set() });
    this.write(ref, values, version);
    return ref;
  }

  /** Lets a service account read a secret, through a role and a policy of its own (rules VCF-06, VCF-07). */
  grantRead(ref: SecretRef, reader: SecretReaderIdentity): void {
    const role = roleOf(reader);
    const paths = this.grants.get(role) ?? this.reader(role, reader);
    paths.add(`${ref.mount}/data/${ref.path}`);
    this.secrets.get(`${ref.mount}/${ref.path}`)?.readers.add(`${reader.namespace}/${reader.serviceAccount}`);
  }

  /** Every secret with the service accounts that may read it, in the order of their paths. */
  get inventory(): readonly { readonly ref: SecretRef; readonly readers: readonly string[] }[] {
    return [...this.secrets.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { ref, readers }]) => ({ ref, readers: [...readers].sort() }));
  }

  private write(ref: SecretRef, values: { readonly [key: string]: SecretValue }, version: number): void {
    const scope = new Construct(this, idOf(`${ref.mount}-${ref.path}`));
    const members = ref.keys.map((key) => `${JSON.stringify(key)} = ${this.expression(scope, key, values[key])}`);
    new KvSecretV2(scope, "Resource", {
      mount: this.mount(ref.mount).path,
      name: ref.path,
      dataJsonWo: `\${jsonencode({${members.join(", ")}})}`,
      dataJsonWoVersion: version,
      // Terraform's role may write secrets and not read them; the provider would read after each write.
      disableRead: true,
      deleteAllVersions: DeploySettings.of(this).allowDestroy,
    });
  }

  private expression(scope: Construct, key: string, value: SecretValue | undefined): string {
    if (value === undefined || value.source === "fixed") {
      return JSON.stringify(value?.value ?? "");
    }
    const password = new EphemeralResource(scope, idOf(key), "random_password", {
      length: value.length,
      special: value.alphabet === "full",
    });
    return password.reference("result");
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

  private reader(role: string, reader: SecretReaderIdentity): Set<string> {
    const paths = new Set<string>();
    this.grants.set(role, paths);
    const policy = new Policy(this, idOf(`${role}-policy`), {
      name: role,
      policy: Lazy.stringValue({
        produce: () =>
          [...paths]
            .sort()
            .map((path) => `path "${path}" {\n  capabilities = ["read"]\n}\n`)
            .join(""),
      }),
    });
    new KubernetesAuthBackendRole(this, idOf(`${role}-role`), {
      backend: vaultAccess.kubernetesAuthPath,
      roleName: role,
      boundServiceAccountNames: [reader.serviceAccount],
      boundServiceAccountNamespaces: [reader.namespace],
      audience: vaultAccess.audience,
      tokenPolicies: [policy.name],
      tokenTtl: readerTtlSeconds,
      tokenMaxTtl: readerTtlSeconds,
    });
    return paths;
  }
}

/** Name of the role and of the policy of a reader. */
export function roleOf(reader: SecretReaderIdentity): string {
  return `${reader.namespace}-${reader.serviceAccount}`;
}
