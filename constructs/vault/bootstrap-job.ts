import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { JobV1, type JobV1SpecTemplateSpecContainer } from "@cdktf/provider-kubernetes/lib/job-v1";
import { RoleBindingV1 } from "@cdktf/provider-kubernetes/lib/role-binding-v1";
import { RoleV1 } from "@cdktf/provider-kubernetes/lib/role-v1";
import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { images } from "../../charts";
import type { INamespace } from "../kubernetes";
import { DeploySettings } from "../terraform";
import { bootstrapConfig } from "./bootstrap-config";
import { vaultAccess, vaultAddress } from "./vault-access";

/** Waits for the active server, and notes whether this very configuration has been applied before. */
const checkScript = `set -eu
until vault status >/dev/null 2>&1; do sleep 2; done
if vault write -field=token auth/${vaultAccess.kubernetesAuthPath}/login role="$BOOTSTRAP_ROLE" \\
  jwt=@/var/run/secrets/vault/token >/dev/null 2>&1; then
  echo "this configuration is applied: nothing to do"
  touch /work/applied
fi
`;

/**
 * Revokes every root token; the job's own role can name tokens by accessor only. Any failure fails the job: a root token
 * must not outlive it. A token that ended by itself meanwhile is none.
 */
const revokeScript = `set -eu
VAULT_TOKEN=$(vault write -field=token auth/${vaultAccess.kubernetesAuthPath}/login role="$BOOTSTRAP_ROLE" \\
  jwt=@/var/run/secrets/vault/token)
export VAULT_TOKEN
accessors=$(vault list -format=json auth/token/accessors)
for accessor in $(printf '%s' "$accessors" | tr -d '[]", '); do
  if ! policies=$(vault write -field=policies auth/token/lookup-accessor accessor="$accessor" 2>&1); then
    case "$policies" in
      *"invalid accessor"*) continue ;;
    esac
    echo "cannot look up a token: $policies" >&2
    exit 1
  fi
  case "$policies" in
    *root*)
      vault write -f auth/token/revoke-accessor accessor="$accessor"
      echo "revoked a root token"
      ;;
  esac
done
`;

/** Settings of a {@link BootstrapJob}. */
export interface BootstrapJobProps {
  readonly namespace: INamespace;
  /** Arguments that tell Bank-Vaults where the root token is kept. */
  readonly keyStoreArguments: readonly string[];
  /**
   * Annotations of the job's service account, by which it may read the root token where a cloud keeps it.
   *
   * @default - none
   */
  readonly serviceAccountAnnotations?: { readonly [name: string]: string };
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Configures Kubernetes auth and Terraform's role in a fresh Vault, then revokes the root token; run again, it finds its
 * work done and ends. The apply waits for it, so the next stack can log in.
 *
 * The job is named by the hash of its configuration, since a Job cannot be changed. A changed configuration needs a root
 * token again, which is a break-glass step: the job then fails and says so.
 */
export class BootstrapJob extends Construct {
  readonly resource: JobV1;

  constructor(scope: Construct, id: string, props: BootstrapJobProps) {
    super(scope, id);
    const settings = DeploySettings.of(this);
    const namespace = props.namespace.name;
    const config = bootstrapConfig();

    const account = new ServiceAccountV1(this, "ServiceAccount", {
      metadata: {
        name: vaultAccess.bootstrapAccount,
        namespace,
        annotations: props.serviceAccountAnnotations ? { ...props.serviceAccountAnnotations } : undefined,
      },
      automountServiceAccountToken: false,
      dependsOn: props.namespace.resource ? [props.namespace.resource] : undefined,
    });
    const role = new RoleV1(this, "Role", {
      metadata: { name: vaultAccess.bootstrapAccount, namespace },
      rule: [{ apiGroups: [""], resources: ["secrets"], resourceNames: [vaultAccess.unsealKeys], verbs: ["get"] }],
      dependsOn: [account],
    });
    const binding = new RoleBindingV1(this, "RoleBinding", {
      metadata: { name: vaultAccess.bootstrapAccount, namespace },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
      subject: [{ kind: "ServiceAccount", name: account.metadata.name, namespace }],
    });
    const configMap = new ConfigMapV1(this, "Config", {
      metadata: { name: config.role, namespace },
      data: { "vault-config.json": config.document, "check.sh": checkScript, "revoke.sh": revokeScript },
      dependsOn: [account],
    });

    const vaultImage = settings.image(images.vault);
    this.resource = new JobV1(this, "Resource", {
      metadata: {
        name: `vault-${config.role}`,
        namespace,
        labels: { "app.kubernetes.io/name": vaultAccess.bootstrapAccount },
      },
      waitForCompletion: true,
      timeouts: { create: "15m", update: "15m" },
      spec: {
        backoffLimit: 6,
        template: {
          metadata: { labels: { "app.kubernetes.io/name": vaultAccess.bootstrapAccount } },
          spec: {
            restartPolicy: "OnFailure",
            serviceAccountName: account.metadata.name,
            automountServiceAccountToken: true,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: "65534",
              runAsGroup: "65534",
              fsGroup: "65534",
              seccompProfile: { type: "RuntimeDefault" },
            },
            initContainer: [
              container("check", vaultImage, ["sh", "/config/check.sh"], config.role),
              container(
                "configure",
                settings.image(images.bankVaults),
                [
                  "sh",
                  "-c",
                  'test -e /work/applied || exec bank-vaults "$@"',
                  "bank-vaults",
                  "configure",
                  "--once",
                  "--fatal",
                  "--disable-metrics",
                  "--vault-config-file=/config/vault-config.json",
                  ...props.keyStoreArguments,
                ],
                config.role,
              ),
            ],
            container: [container("revoke", vaultImage, ["sh", "/config/revoke.sh"], config.role)],
            volume: [
              { name: "config", configMap: { name: configMap.metadata.name } },
              { name: "work", emptyDir: {} },
              {
                name: "tls",
                secret: { secretName: vaultAccess.serverCertificate, items: [{ key: "ca.crt", path: "ca.crt" }] },
              },
              {
                name: "token",
                projected: [
                  {
                    sources: [
                      {
                        serviceAccountToken: { audience: vaultAccess.audience, expirationSeconds: 600, path: "token" },
                      },
                    ],
                  },
                ],
              },
            ],
          },
        },
      },
      dependsOn: [...props.dependsOn, binding],
    });
  }
}

function container(name: string, image: string, command: string[], role: string): JobV1SpecTemplateSpecContainer {
  return {
    name,
    image,
    command,
    env: [
      { name: "VAULT_ADDR", value: vaultAddress },
      { name: "VAULT_CACERT", value: "/tls/ca.crt" },
      { name: "BOOTSTRAP_ROLE", value: role },
      // Vault's command line writes to its home folder, and the root file system is read-only.
      { name: "HOME", value: "/work" },
    ],
    resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "256Mi" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      capabilities: { drop: ["ALL"] },
    },
    volumeMount: [
      { name: "config", mountPath: "/config", readOnly: true },
      { name: "work", mountPath: "/work" },
      { name: "tls", mountPath: "/tls", readOnly: true },
      { name: "token", mountPath: "/var/run/secrets/vault", readOnly: true },
    ],
  };
}
