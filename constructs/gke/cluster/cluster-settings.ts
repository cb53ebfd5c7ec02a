import type { ContainerClusterConfig } from "@cdktf/provider-google/lib/container-cluster";
import { PubsubTopic } from "@cdktf/provider-google/lib/pubsub-topic";
import type { Construct } from "constructs";
import { gcpName } from "../names";

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
  /**
   * Full name of the Cloud KMS key that encrypts them.
   *
   * @default - a key that Google keeps
   */
  readonly noticesKey?: string;
  /**
   * Whether the memory of all nodes is encrypted by the processor (AMD SEV); a machine type that cannot is refused.
   *
   * @default false
   */
  readonly confidentialNodes?: boolean;
}

/** Parts of GKE that not every cluster runs. */
export interface ClusterAddons {
  /**
   * Whether the agent of Backup for GKE runs in the cluster.
   *
   * @default false
   */
  readonly backupAgent?: boolean;
  /**
   * Whether pods may mount buckets of Cloud Storage as volumes.
   *
   * @default false
   */
  readonly bucketVolumes?: boolean;
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
    // Day-0 choice: without it the memory of nodes is readable to who holds the machine.
    confidentialNodes: props.confidentialNodes ? { enabled: true, confidentialInstanceType: "SEV" } : undefined,
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
    // GKE-17: the control plane's own metrics; those of stateful sets say whether every server of Vault is ready.
    monitoringConfig: {
      enableComponents: ["SYSTEM_COMPONENTS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER", "STATEFULSET"],
      managedPrometheus: { enabled: true },
      // GKE-17: flows of the data path as metrics; the relay shows them live to who may read them.
      advancedDatapathObservabilityConfig: { enableMetrics: true, enableRelay: true },
    },
    // GKE-17: flow logs see pods that talk on the same node.
    enableIntranodeVisibility: true,
    // Costs by namespace, in the billing export.
    costManagementConfig: { enabled: true },
  };
}

/** Parts of GKE that run in the cluster; what is off is said too, as Google's defaults change. */
export function addons(props: ClusterAddons): Partial<ContainerClusterConfig> {
  return {
    addonsConfig: {
      // NET-06: the cache that network policies allow as 169.254.20.10.
      dnsCacheConfig: { enabled: true },
      // Volumes of databases; its storage classes take keys of our own (GKE-12).
      gcePersistentDiskCsiDriverConfig: { enabled: true },
      gcsFuseCsiDriverConfig: { enabled: props.bucketVolumes ?? false },
      gkeBackupAgentConfig: { enabled: props.backupAgent ?? false },
      // The controller behind Gateways and their load balancers.
      httpLoadBalancing: { disabled: false },
      horizontalPodAutoscaling: { disabled: false },
    },
    gatewayApiConfig: { channel: "CHANNEL_STANDARD" },
    // Recommendations for requests; it changes no pod that has no VerticalPodAutoscaler.
    verticalPodAutoscaling: { enabled: true },
  };
}

function upgradeTopic(scope: Construct, props: ClusterHardening): string {
  const topic = new PubsubTopic(scope, "UpgradeNotices", {
    project: props.project,
    name: gcpName(scope, "topic", props.name, "upgrades"),
    kmsKeyName: props.noticesKey,
  });
  return topic.id;
}
