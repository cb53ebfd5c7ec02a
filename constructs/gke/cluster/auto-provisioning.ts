import type { ContainerClusterClusterAutoscaling } from "@cdktf/provider-google/lib/container-cluster";

/** Most that the nodes of a whole cluster may have, pools of its own and added ones together. */
export interface AutoProvisioningLimits {
  /** Cores. */
  readonly maxCpu: number;
  /** GiB. */
  readonly maxMemoryGib: number;
}

/** What nodes of added pools are like. */
export interface AutoProvisionedNodes {
  readonly zones: readonly string[];
  /** Email of the nodes' account. */
  readonly serviceAccount: string;
  /** Full name of the Cloud KMS key of the boot disks. @default - Google's own */
  readonly diskKey?: string;
}

/** Pools that GKE adds for pods that fit nowhere: as hardened as those that are stated. */
export function autoProvisioning(
  { maxCpu, maxMemoryGib }: AutoProvisioningLimits,
  { zones, serviceAccount, diskKey }: AutoProvisionedNodes,
): ContainerClusterClusterAutoscaling {
  return {
    enabled: true,
    autoscalingProfile: "BALANCED",
    autoProvisioningLocations: [...zones],
    resourceLimits: [
      { resourceType: "cpu", minimum: 0, maximum: maxCpu },
      { resourceType: "memory", minimum: 0, maximum: maxMemoryGib },
    ],
    autoProvisioningDefaults: {
      // GKE-06, GKE-08, GKE-09, GKE-10, GKE-12: what holds for stated pools holds for added ones.
      serviceAccount,
      oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
      bootDiskKmsKey: diskKey,
      imageType: "COS_CONTAINERD",
      diskType: "pd-balanced",
      diskSize: 100,
      management: { autoRepair: true, autoUpgrade: true },
      upgradeSettings: { strategy: "SURGE", maxSurge: 1, maxUnavailable: 0 },
      shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
    },
  };
}
