import { type Resources, sized } from "./resources";
import type { Target } from "./target";

/** A part of the platform itself, with what each of its pods asks for. */
export interface PlatformComponent {
  readonly component: string;
  readonly pods: number;
  /** Of each pod. */
  readonly resources: Resources;
}

/**
 * What each pod of the platform asks for: most of these charts set nothing, and these figures are what an idle
 * controller needs with a few hundred objects to watch. Constructs install with the same figures as are counted here.
 */
export const platformResources = {
  certManager: sized("10m", "64Mi"),
  // caches every secret and certificate of the cluster
  certManagerCainjector: sized("10m", "128Mi"),
  certManagerWebhook: sized("10m", "32Mi"),
  externalSecrets: sized("20m", "128Mi"),
  externalSecretsWebhook: sized("10m", "64Mi"),
  externalSecretsCertController: sized("10m", "64Mi"),
  reloader: sized("10m", "64Mi"),
  // beside each Vault server, which it initializes and opens
  vaultUnsealer: sized("10m", "64Mi"),
  // beside each Vault server too: a shell that looks at the certificate
  vaultCertificateReloader: sized("5m", "16Mi"),
  // the figures of its own chart
  fluxOperator: { requests: { cpu: "100m", memory: "64Mi" }, limits: { cpu: "1000m", memory: "1Gi" } },
  // the figures of the Flux distribution, for each of its controllers
  fluxController: { requests: { cpu: "100m", memory: "64Mi" }, limits: { cpu: "1000m", memory: "1Gi" } },
} as const satisfies Record<string, Resources>;

/** Controllers that a FluxInstance runs: source, kustomize, helm and notification. */
export const FLUX_CONTROLLERS = 4;

/** Pods of each controller that stays up when a node is lost. */
export function platformReplicas(target: Target): number {
  return target.kind === "gke" && target.tier !== "dev" ? 2 : 1;
}

/** The components that are always there. Vault and the operators of the services that are on are counted apart. */
export function platformComponents(target: Target): readonly PlatformComponent[] {
  const replicas = platformReplicas(target);
  const part = (component: string, name: keyof typeof platformResources, pods = replicas): PlatformComponent => ({
    component,
    pods,
    resources: platformResources[name],
  });
  return [
    part("cert-manager", "certManager"),
    part("cert-manager-cainjector", "certManagerCainjector"),
    part("cert-manager-webhook", "certManagerWebhook"),
    part("external-secrets", "externalSecrets"),
    part("external-secrets-webhook", "externalSecretsWebhook"),
    part("external-secrets-cert-controller", "externalSecretsCertController", 1),
    part("reloader", "reloader", 1),
    part("flux-operator", "fluxOperator", 1),
    part("flux", "fluxController", FLUX_CONTROLLERS),
  ];
}

/** What Kubernetes itself runs on the nodes of a target. */
export interface SystemPods {
  /** Once per cluster. */
  readonly cluster: { readonly cpu: number; readonly memory: number; readonly pods: number };
  /** On every node. */
  readonly node: { readonly cpu: number; readonly memory: number; readonly pods: number };
}

const MEBIBYTE = 2 ** 20;

/** Requests of Kubernetes' own pods, in millicores and bytes. */
export function systemPods(target: Target): SystemPods {
  const of = (cpu: number, mebibytes: number, pods: number) => ({ cpu, memory: mebibytes * MEBIBYTE, pods });
  switch (target.kind) {
    case "kind":
      // etcd, API server, controller manager, scheduler, two CoreDNS, local-path; kindnet and kube-proxy per node
      return { cluster: of(850, 240, 7), node: of(100, 50, 2) };
    case "minikube":
      // the same with one CoreDNS and the storage provisioner; its nodes are counted with kindnet
      return { cluster: of(750, 170, 6), node: of(100, 50, 2) };
    case "gke":
      // DNS and the metrics server; logging, metrics, data path and storage agents per node (an estimate, read at the
      // cluster with `kubectl describe nodes`)
      return { cluster: of(700, 800, 8), node: of(400, 600, 8) };
    default:
      return target satisfies never;
  }
}
