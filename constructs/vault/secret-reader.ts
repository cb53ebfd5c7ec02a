import { KubernetesAuthBackendRole } from "@cdktf/provider-vault/lib/kubernetes-auth-backend-role";
import { Policy } from "@cdktf/provider-vault/lib/policy";
import { Lazy } from "cdktf";
import type { Construct } from "constructs";
import { idOf } from "../kubernetes";
import type { SecretReaderIdentity } from "../secrets/secret-source";
import { vaultAccess } from "./vault-access";

/** Life of a reader's token, in seconds. */
const tokenTtlSeconds = 20 * 60;

/** Settings of a {@link SecretReader}. */
export interface SecretReaderProps extends SecretReaderIdentity {
  /** Name of its role in Vault. */
  readonly role: string;
  /**
   * Name of its policy.
   *
   * @default - the name of the role
   */
  readonly policy?: string;
  /**
   * Life of its tokens, in seconds; what Vault leased to a token ends with it (rule VCF-06: at most an hour).
   *
   * @default 1200
   */
  readonly ttlSeconds?: number;
}

/**
 * What a service account may read: a policy with exactly the paths that were granted, and a role that only this account,
 * in this namespace, with a token for Vault, may log in with (rules VCF-06, VCF-07).
 */
export class SecretReader {
  private readonly paths = new Set<string>();

  constructor(scope: Construct, { policy: policyName, ttlSeconds = tokenTtlSeconds, ...props }: SecretReaderProps) {
    const policy = new Policy(scope, idOf(`${props.role}-policy`), {
      name: policyName ?? props.role,
      policy: Lazy.stringValue({ produce: () => this.document() }),
    });
    new KubernetesAuthBackendRole(scope, idOf(`${props.role}-role`), {
      backend: vaultAccess.kubernetesAuthPath,
      roleName: props.role,
      boundServiceAccountNames: [props.serviceAccount],
      boundServiceAccountNamespaces: [props.namespace],
      audience: vaultAccess.audience,
      tokenPolicies: [policy.name],
      tokenTtl: ttlSeconds,
      tokenMaxTtl: ttlSeconds,
    });
  }

  /** Grants `read` on a path of Vault's API, such as `platform/data/trino`. */
  grant(path: string): void {
    this.paths.add(path);
  }

  private document(): string {
    return [...this.paths]
      .sort()
      .map((path) => `path "${path}" {\n  capabilities = ["read"]\n}\n`)
      .join("");
  }
}
