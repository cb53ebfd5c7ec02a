import { RoleBindingV1 } from "@cdktf/provider-kubernetes/lib/role-binding-v1";
import { RoleV1 } from "@cdktf/provider-kubernetes/lib/role-v1";
import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import { Annotations, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { charts, images } from "../../charts";
import { ChartRelease, CustomResources, type INamespace, type Resources, serviceCertificate } from "../kubernetes";
import { DeploySettings, type JsonObject, PlatformError } from "../terraform";
import { BootstrapJob } from "./bootstrap-job";
import { type GcpKmsSeal, serverConfig, tlsFolder } from "./server-config";
import { vaultAccess, vaultProxyResource } from "./vault-access";

/** Opening Vault by Google Cloud: a KMS key for the seal, a bucket for the recovery keys. */
export interface GoogleUnseal extends GcpKmsSeal {
  /** Bucket that keeps the recovery keys, encrypted by the same key (rule VCF-03). */
  readonly recoveryBucket: string;
  /** Annotations that make the servers' account act as the Google account of the key (Workload Identity, rule VLT-04). */
  readonly serviceAccountAnnotations: { readonly [name: string]: string };
}

/** Settings of a {@link VaultCluster}. */
export interface VaultClusterProps {
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
  /** What the sidecar beside each server asks for. */
  readonly unsealerResources: Resources;
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

/** Volume of each server for its audit log. */
const auditStorage = "2Gi";

/**
 * Vault on Raft with TLS, opened and initialized by the Bank-Vaults sidecar, with Kubernetes auth and Terraform's role
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
      chart: charts.vault,
      namespace: props.namespace,
      releaseName: "vault",
      // Sealed servers are not ready, and the sidecar opens them only after they run (rule VLT-11).
      wait: false,
      values: this.values(props),
      dependsOn: [certificate.release.resource, ...keyAccess],
    });
    this.terraformAccess(props.namespace);
    new BootstrapJob(this, "Bootstrap", {
      namespace: props.namespace,
      keyStoreArguments: keyStoreArguments(props),
      serviceAccountAnnotations: props.unseal?.serviceAccountAnnotations,
      dependsOn: [this.release.resource],
    });
  }

  private values(props: VaultClusterProps): JsonObject {
    const settings = DeploySettings.of(this);
    const [repository = "", tag = ""] = split(settings.image(images.vault));
    return {
      global: { tlsDisable: false },
      injector: { enabled: false },
      csi: { enabled: false },
      ui: { enabled: false },
      server: {
        image: { repository, tag },
        resources: props.resources,
        updateStrategyType: "OnDelete",
        authDelegator: { enabled: true },
        serviceAccount: { annotations: props.unseal?.serviceAccountAnnotations ?? {} },
        // One node of a laptop must be able to hold the only server; several must not share a node.
        ...(props.replicas === 1 ? { affinity: "" } : {}),
        extraEnvironmentVars: { VAULT_CACERT: `${tlsFolder}/ca.crt` },
        volumes: [{ name: "tls", secret: { secretName: vaultAccess.serverCertificate } }],
        volumeMounts: [{ name: "tls", mountPath: tlsFolder, readOnly: true }],
        extraContainers: [unsealer(settings.image(images.bankVaults), props)],
        dataStorage: { enabled: true, size: props.storage, storageClass: props.storageClass ?? null },
        auditStorage: { enabled: true, size: auditStorage, storageClass: props.storageClass ?? null },
        persistentVolumeClaimRetentionPolicy: {
          whenDeleted: settings.allowDestroy ? "Delete" : "Retain",
          whenScaled: "Retain",
        },
        statefulSet: {
          securityContext: {
            pod: {
              runAsNonRoot: true,
              runAsUser: 100,
              runAsGroup: 1000,
              fsGroup: 1000,
              seccompProfile: { type: "RuntimeDefault" },
            },
            container: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
          },
        },
        standalone: { enabled: false },
        ha: {
          enabled: true,
          replicas: props.replicas,
          // The default lets two of five go; a vote must survive one more failure meanwhile (rule VLT-09).
          disruptionBudget: { enabled: props.replicas > 1, maxUnavailable: 1 },
          raft: {
            enabled: true,
            setNodeId: true,
            config: serverConfig({ replicas: props.replicas, seal: props.unseal }),
          },
        },
      },
    };
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

  /** The account Terraform logs in with; it may reach Vault through the API server and nothing else. */
  private terraformAccess(namespace: INamespace): void {
    const name = vaultAccess.terraform;
    const account = new ServiceAccountV1(this, "TerraformServiceAccount", {
      metadata: { name, namespace: namespace.name },
      automountServiceAccountToken: false,
      dependsOn: namespace.resource ? [namespace.resource] : undefined,
    });
    const role = new RoleV1(this, "TerraformRole", {
      metadata: { name: `${name}-vault-proxy`, namespace: namespace.name },
      rule: [
        {
          apiGroups: [""],
          resources: ["services/proxy"],
          resourceNames: [vaultProxyResource],
          verbs: ["get", "create", "update", "patch", "delete"],
        },
      ],
      dependsOn: [account],
    });
    new RoleBindingV1(this, "TerraformRoleBinding", {
      metadata: { name: `${name}-vault-proxy`, namespace: namespace.name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
      subject: [{ kind: "ServiceAccount", name: account.metadata.name, namespace: namespace.name }],
    });
  }
}

/** Where Bank-Vaults keeps unseal keys, recovery keys and the first root token. */
function keyStoreArguments(props: VaultClusterProps): string[] {
  if (!props.unseal) {
    return [
      "--mode=k8s",
      `--k8s-secret-namespace=${vaultAccess.namespace}`,
      `--k8s-secret-name=${vaultAccess.unsealKeys}`,
    ];
  }
  const { project, region, keyRing, cryptoKey, recoveryBucket } = props.unseal;
  return [
    "--mode=google-cloud-kms-gcs",
    `--google-cloud-kms-project=${project}`,
    `--google-cloud-kms-location=${region}`,
    `--google-cloud-kms-key-ring=${keyRing}`,
    `--google-cloud-kms-crypto-key=${cryptoKey}`,
    `--google-cloud-storage-bucket=${recoveryBucket}`,
    "--google-cloud-storage-prefix=vault-",
  ];
}

/** The sidecar that opens its server after each start; the first server's also initializes the cluster, once. */
function unsealer(image: string, props: VaultClusterProps): JsonObject {
  const shares = props.unseal
    ? ["--auto", "--secret-shares=5", "--secret-threshold=3"]
    : ["--secret-shares=1", "--secret-threshold=1"];
  return {
    name: "bank-vaults",
    image,
    command: ["sh", "-c", 'case "$POD_NAME" in *-0) set -- "$@" --init ;; esac; exec bank-vaults "$@"', "bank-vaults"],
    args: ["unseal", ...shares, ...keyStoreArguments(props)],
    env: [
      { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      { name: "VAULT_ADDR", value: `https://127.0.0.1:${vaultAccess.port}` },
      { name: "VAULT_CACERT", value: `${tlsFolder}/ca.crt` },
    ],
    resources: props.unsealerResources,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    volumeMounts: [{ name: "tls", mountPath: tlsFolder, readOnly: true }],
  };
}

function split(image: string): string[] {
  const at = image.lastIndexOf(":");
  return [image.slice(0, at), image.slice(at + 1)];
}
