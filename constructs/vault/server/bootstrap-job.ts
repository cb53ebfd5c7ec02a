import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { JobV1, type JobV1SpecTemplateSpecContainer } from "@cdktf/provider-kubernetes/lib/job-v1";
import { RoleBindingV1 } from "@cdktf/provider-kubernetes/lib/role-binding-v1";
import { RoleV1 } from "@cdktf/provider-kubernetes/lib/role-v1";
import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { images } from "../../../charts";
import type { INamespace } from "../../kubernetes";
import { DeploySettings } from "../../terraform";
import { clientJob } from "../client-job";
import { vaultAccess, vaultAddress } from "../vault-access";
import { bootstrapConfig } from "./bootstrap-config";
import { appliedFile, bootstrapFiles, bootstrapFolders } from "./bootstrap-scripts";
import type { Distribution } from "./distribution";

/** Settings of a {@link BootstrapJob}. */
export interface BootstrapJobProps {
  readonly namespace: INamespace;
  readonly distribution: Distribution;
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
 * Configures Kubernetes auth and Terraform's role in a fresh Vault, then revokes the root token; run again, it brings
 * both roles up to date by its own. The apply waits for it, so the next stack can log in with the rights it needs.
 *
 * The job is named by the hash of its configuration, since a Job cannot be changed.
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
      metadata: { name: `${config.role}-${config.hash}`, namespace },
      data: { ...bootstrapFiles(props.distribution, config) },
      dependsOn: [account],
    });

    const vaultImage = settings.image(props.distribution.image);
    this.resource = new JobV1(this, "Resource", {
      metadata: {
        name: `vault-${config.role}-${config.hash}`,
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
            securityContext: clientJob.podSecurity,
            initContainer: [
              container("check", vaultImage, ["sh", `${bootstrapFolders.config}/check.sh`]),
              container("configure", settings.image(images.bankVaults), [
                "sh",
                "-c",
                `test -e ${appliedFile} || exec bank-vaults "$@"`,
                "bank-vaults",
                "configure",
                "--once",
                "--fatal",
                "--disable-metrics",
                `--vault-config-file=${bootstrapFolders.config}/vault-config.json`,
                ...props.keyStoreArguments,
              ]),
            ],
            container: [container("revoke", vaultImage, ["sh", `${bootstrapFolders.config}/revoke.sh`])],
            volume: [
              { name: "config", configMap: { name: configMap.metadata.name } },
              { name: "work", emptyDir: {} },
              ...clientJob.volumes(),
            ],
          },
        },
      },
      dependsOn: [...props.dependsOn, binding],
    });
  }
}

function container(name: string, image: string, command: string[]): JobV1SpecTemplateSpecContainer {
  return {
    name,
    image,
    command,
    env: [
      { name: "VAULT_ADDR", value: vaultAddress },
      { name: "VAULT_CACERT", value: "/tls/ca.crt" },
      // Vault's command line writes to its home folder, and the root file system is read-only.
      { name: "HOME", value: bootstrapFolders.work },
    ],
    resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "256Mi" } },
    securityContext: clientJob.containerSecurity(),
    volumeMount: [
      { name: "config", mountPath: bootstrapFolders.config, readOnly: true },
      { name: "work", mountPath: bootstrapFolders.work },
      { name: "tls", mountPath: "/tls", readOnly: true },
      { name: "token", mountPath: bootstrapFolders.token, readOnly: true },
    ],
  };
}
