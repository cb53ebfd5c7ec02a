import { RoleBindingV1 } from "@cdktf/provider-kubernetes/lib/role-binding-v1";
import { RoleV1 } from "@cdktf/provider-kubernetes/lib/role-v1";
import { Annotations, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ChartRelease, CustomResources, type INamespace, type Resources, serviceCertificate } from "../../kubernetes";
import { DeploySettings, PlatformError } from "../../terraform";
import { vaultAccess } from "../vault-access";
import { BootstrapJob } from "./bootstrap-job";
import { breakGlassAccount } from "./break-glass-account";
import { distributions, type VaultDistribution } from "./distribution";
import { serverValues } from "./server-values";
import { terraformAccess } from "./terraform-access";
import { type GoogleUnseal, keyStoreArguments } from "./unsealer";

/** Settings of a {@link VaultCluster}. */
export interface VaultClusterProps {
  /**
   * Software of the servers.
   *
   * @default "vault"
   */
  readonly distribution?: VaultDistribution;
  /** Namespace that holds the servers. */
  readonly namespace: INamespace;
  /** ClusterIssuer that signs the servers' certificate. */
  readonly issuer: string;
  /** Number of servers. Raft needs an odd count, so that a vote cannot end in a draw. */
  readonly replicas: number;
  /** Volume of each server for Raft's data, such as `10Gi`. */
  readonly storage: string;
  /** What each server asks for. */
  readonly resources: Resources;
  /** What the sidecar that opens each server asks for. */
  readonly unsealerResources: Resources;
  /** What the sidecar that tells each server of a new certificate asks for. */
  readonly certificateReloaderResources: Resources;
  /**
   * Whether every zone of the nodes gets as many servers. Nodes must say in which zone they are.
   *
   * @default false
   */
  readonly spreadOverZones?: boolean;
  /**
   * How a server is opened after a start.
   *
   * @default - by keys in a Kubernetes Secret: for a local cluster only
   */
  readonly unseal?: GoogleUnseal;
  /**
   * Class of the volumes.
   *
   * @default - the cluster's default class
   */
  readonly storageClass?: string;
  /**
   * What must exist before, such as the certificate authority.
   *
   * @default - nothing but the namespace
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * Vault or OpenBao on Raft with TLS, opened and initialized by the Bank-Vaults sidecar, with Kubernetes auth and Terraform's role
 * set up by a job. When the apply of this construct ends, Vault is usable and has no root token.
 *
 * @see https://developer.hashicorp.com/vault/docs/platform/k8s/helm
 */
export class VaultCluster extends Construct {
  readonly replicas: number;
  readonly storage: string;
  readonly release: ChartRelease;

  /** @throws PlatformError for an even number of servers */
  constructor(scope: Construct, id: string, props: VaultClusterProps) {
    super(scope, id);
    const distribution = distributions[props.distribution ?? "vault"];
    this.replicas = props.replicas;
    this.storage = props.storage;
    if (this.replicas < 1 || this.replicas % 2 === 0) {
      throw new PlatformError(this, `replicas is ${this.replicas}`, "use an odd number such as 1, 3 or 5");
    }
    if (!props.unseal) {
      Annotations.of(this).addInfo("unseal keys are kept in a Kubernetes Secret: for a local cluster only");
    }

    const certificate = new CustomResources(this, "Certificate", {
      namespace: props.namespace,
      releaseName: "vault-certificate",
      dependsOn: props.dependsOn,
      objects: [
        serviceCertificate({
          name: vaultAccess.serverCertificate,
          namespace: props.namespace,
          issuer: props.issuer,
          dnsNames: [
            `${vaultAccess.activeService}.${vaultAccess.namespace}.svc`,
            `vault.${vaultAccess.namespace}.svc`,
            "vault",
            "*.vault-internal",
            "localhost",
          ],
          ipAddresses: ["127.0.0.1"],
        }),
      ],
    });
    const keyAccess = props.unseal ? [] : [this.unsealKeyAccess(props.namespace)];
    this.release = new ChartRelease(this, "Server", {
      chart: distribution.chart,
      namespace: props.namespace,
      releaseName: "vault",
      // Sealed servers are not ready, and the sidecar opens them only after they run (rule VLT-11).
      wait: false,
      values: serverValues({
        ...props,
        distribution,
        settings: DeploySettings.of(this),
        spreadOverZones: props.spreadOverZones ?? false,
      }),
      dependsOn: [certificate.release.resource, ...keyAccess],
    });
    terraformAccess(this, props.namespace);
    breakGlassAccount(this, props.namespace);
    new BootstrapJob(this, "Bootstrap", {
      namespace: props.namespace,
      distribution,
      keyStoreArguments: keyStoreArguments(props.unseal),
      serviceAccountAnnotations: props.unseal?.serviceAccountAnnotations,
      dependsOn: [this.release.resource],
    });
  }

  /** Lets the sidecar, which runs as the servers' account, keep the keys of a local cluster. */
  private unsealKeyAccess(namespace: INamespace): ITerraformDependable {
    const role = new RoleV1(this, "UnsealKeysRole", {
      metadata: { name: vaultAccess.unsealKeys, namespace: namespace.name },
      rule: [
        // A name cannot be required of what does not exist yet.
        { apiGroups: [""], resources: ["secrets"], verbs: ["create"] },
        {
          apiGroups: [""],
          resources: ["secrets"],
          resourceNames: [vaultAccess.unsealKeys],
          verbs: ["get", "update", "patch"],
        },
      ],
      dependsOn: namespace.resource ? [namespace.resource] : undefined,
    });
    return new RoleBindingV1(this, "UnsealKeysRoleBinding", {
      metadata: { name: vaultAccess.unsealKeys, namespace: namespace.name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
      subject: [{ kind: "ServiceAccount", name: vaultAccess.serverAccount, namespace: namespace.name }],
    });
  }
}
