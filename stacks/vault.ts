import type { Construct } from "constructs";
import { CertificateAuthority, existingNamespace, NetworkFlows } from "../constructs/kubernetes";
import { VaultCluster, vaultAccess } from "../constructs/vault";
import { type Environment, platformResources } from "../environments/schema";
import { useCluster } from "./access";
import { apiServerOf } from "./api-server";
import type { ClusterOutputs } from "./cluster";
import { platformNamespaces } from "./namespaces";
import { googleApisOf, metadataServer } from "./outside";
import { isGke, PlatformStack } from "./platform-stack";
import { allowSnapshots } from "./vault-snapshots";

/** What the vault layer offers. */
export interface VaultOutputs {
  /** ClusterIssuer whose CA signed Vault's certificate. */
  readonly vaultIssuer: string;
}

/** Settings of a {@link VaultStack}. */
export interface VaultStackProps {
  /**
   * The cluster that the servers run on, for the seal.
   *
   * @default - a local cluster: keys in a Kubernetes Secret
   */
  readonly cluster?: ClusterOutputs;
}

/** Layer `vault`: the platform's certificate authority, and Vault from its first start to Terraform's role. */
export class VaultStack extends PlatformStack {
  readonly outputs: VaultOutputs;

  constructor(scope: Construct, environment: Environment, props: VaultStackProps = {}) {
    super(scope, "vault", environment);
    useCluster(this, { helm: true });
    const namespace = existingNamespace(platformNamespaces.vault);
    const authority = new CertificateAuthority(this, "CertificateAuthority", {
      namespace: existingNamespace(platformNamespaces.certManager),
      name: vaultAccess.issuer,
    });
    new VaultCluster(this, "Vault", {
      distribution: environment.vault.distribution,
      namespace,
      issuer: authority.issuer,
      replicas: environment.vault.replicas,
      storage: environment.vault.storage,
      resources: environment.vault.resources,
      unsealerResources: platformResources.vaultUnsealer,
      certificateReloaderResources: platformResources.vaultCertificateReloader,
      // Nodes of a laptop do not say in which zone they are.
      spreadOverZones: isGke(environment),
      unseal: props.cluster?.vaultSeal,
      dependsOn: [authority.resources.release.resource],
    });
    this.allowFlows(environment);
    this.outputs = { vaultIssuer: authority.issuer };
  }

  private allowFlows(environment: Environment): void {
    const namespace = existingNamespace(platformNamespaces.vault);
    const { port, clusterPort } = vaultAccess;
    const servers = {
      namespace,
      name: "vault",
      podLabels: { "app.kubernetes.io/name": "vault", component: "server" },
    };
    const bootstrap = {
      namespace,
      name: "vault-bootstrap",
      podLabels: { "app.kubernetes.io/name": "vault-bootstrap" },
    };
    const flows = new NetworkFlows(this, "Flows", apiServerOf(environment));
    flows.allowApiServer(servers);
    flows.allowApiServer(bootstrap);
    flows.allowFromApiServer(servers, [port], "Terraform reaches Vault through the service proxy");
    flows.allow({
      from: servers,
      to: { ...servers, name: "vault-peers" },
      ports: [port, clusterPort],
      reason: "Raft, and joining the cluster",
    });
    flows.allow({ from: bootstrap, to: servers, ports: [port], reason: "first configuration" });
    if (environment.secrets.source.kind === "vault") {
      flows.allow({
        from: { namespace: existingNamespace(platformNamespaces.externalSecrets), name: "external-secrets" },
        to: servers,
        ports: [port],
        reason: "reads secrets for the namespaces that may have them",
      });
    }
    flows.allow({
      from: {
        namespace: existingNamespace(platformNamespaces.certManager),
        name: "cert-manager",
        podLabels: { "app.kubernetes.io/name": "cert-manager", "app.kubernetes.io/component": "controller" },
      },
      to: servers,
      ports: [port],
      reason: "has certificates of services signed",
    });
    allowSnapshots(flows, environment, servers);
    if (isGke(environment)) {
      for (const from of [servers, bootstrap]) {
        flows.allow({ from, to: googleApisOf(environment), ports: [443], reason: "Cloud KMS and the recovery keys" });
        flows.allow({ from, to: metadataServer, ports: [80, 988], reason: "Workload Identity" });
      }
    }
  }
}
