import type { ContainerClusterConfig } from "@cdktf/provider-google/lib/container-cluster";
import { PubsubTopic } from "@cdktf/provider-google/lib/pubsub-topic";
import type { Construct } from "constructs";
import { gcpName } from "./names";

/** Protection that not every environment has. */
export interface ClusterHardening {
  readonly project: string;
  /** First part of all names. */
  readonly name: string;
  /**
   * Full name of the Cloud KMS key that encrypts Kubernetes secrets at rest.
   *
   * @default - a key that Google keeps
   */
  readonly etcdKey?: string;
  /**
   * Full name of the Cloud KMS key of the nodes' boot disks.
   *
   * @default - a key that Google keeps
   */
  readonly diskKey?: string;
  /**
   * Google group whose member groups may be named in role bindings: `gke-security-groups@<domain>`.
   *
   * @default - role bindings name persons and service accounts only
   */
  readonly securityGroup?: string;
  /**
   * Whether images must be admitted by the project's Binary Authorization policy.
   *
   * @default false
   */
  readonly binaryAuthorization?: boolean;
  /**
   * Whether upgrade notices go to a Pub/Sub topic of their own.
   *
   * @default false
   */
  readonly upgradeNotices?: boolean;
}

/** Weekends by night: 16 hours a week, of which GKE wants at least 48 in any 32 days. */
export const defaultMaintenanceWindow = {
  startTime: "2026-01-03T01:00:00Z",
  endTime: "2026-01-03T09:00:00Z",
  recurrence: "FREQ=WEEKLY;BYDAY=SA,SU",
} as const;

/** How the control plane is reached and who may authenticate. */
export function controlPlane(range: string): Partial<ContainerClusterConfig> {
  return {
    // GKE-01: no node has a public address. The control plane's range is stated, as firewall and network policies name it.
    privateClusterConfig: { enablePrivateNodes: true, masterIpv4CidrBlock: range },
    // GKE-02: the API is reached by name, IAM decides who gets through; there is no address to scan.
    controlPlaneEndpointsConfig: {
      dnsEndpointConfig: { allowExternalTraffic: true },
      ipEndpointsConfig: { enabled: false },
    },
    // GKE-13: no credential that never ends, no permissions outside RBAC, no unsupported API.
    masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
    enableLegacyAbac: false,
    enableKubernetesAlpha: false,
    // GKE-04: a role bound to "everybody with a Google account" or to nobody in particular is refused.
    rbacBindingConfig: {
      enableInsecureBindingSystemAuthenticated: false,
      enableInsecureBindingSystemUnauthenticated: false,
    },
  };
}

/** Protection of nodes, secrets and images. */
export function hardening(scope: Construct, props: ClusterHardening): Partial<ContainerClusterConfig> {
  return {
    // GKE-08: nodes prove that they are nodes of this cluster.
    enableShieldedNodes: true,
    // GKE-15: the kubelet's port without authentication, off for every pool to come.
    nodePoolDefaults: { nodeConfigDefaults: { insecureKubeletReadonlyPortEnabled: "FALSE" } },
    // GKE-23: a service that claims an external address would catch the traffic of others (CVE-2020-8554).
    serviceExternalIpsConfig: { enabled: false },
    // GKE-18: configuration findings; its vulnerability scanner was shut down by Google on 2025-07-31.
    securityPostureConfig: { mode: "BASIC" },
    // GKE-11: secrets in etcd with a key that we can take away.
    databaseEncryption: props.etcdKey ? { state: "ENCRYPTED", keyName: props.etcdKey } : undefined,
    // GKE-14: rights go to groups, and who leaves the company loses them at once.
    authenticatorGroupsConfig: props.securityGroup ? { securityGroup: props.securityGroup } : undefined,
    // GKE-16: images are admitted by the project's policy.
    binaryAuthorization: props.binaryAuthorization
      ? { evaluationMode: "PROJECT_SINGLETON_POLICY_ENFORCE" }
      : { evaluationMode: "DISABLED" },
    // GKE-18: somebody can know of an upgrade before it happens.
    notificationConfig: props.upgradeNotices
      ? { pubsub: { enabled: true, topic: upgradeTopic(scope, props) } }
      : undefined,
  };
}

/** Logs, metrics and costs. */
export function observability(): Partial<ContainerClusterConfig> {
  return {
    // GKE-17: who asked the API server for what, beside what the workloads say.
    loggingConfig: {
      enableComponents: ["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER"],
    },
    // GKE-17: the control plane's own metrics.
    monitoringConfig: {
      enableComponents: ["SYSTEM_COMPONENTS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER"],
      managedPrometheus: { enabled: true },
    },
    // GKE-17: flow logs see pods that talk on the same node.
    enableIntranodeVisibility: true,
    // Costs by namespace, in the billing export.
    costManagementConfig: { enabled: true },
  };
}

function upgradeTopic(scope: Construct, props: ClusterHardening): string {
  const topic = new PubsubTopic(scope, "UpgradeNotices", {
    project: props.project,
    name: gcpName(scope, "topic", props.name, "upgrades"),
  });
  return topic.id;
}
