import { createHash } from "node:crypto";
import {
  ContainerNodePool,
  type ContainerNodePoolAutoscaling,
  type ContainerNodePoolUpgradeSettings,
} from "@cdktf/provider-google/lib/container-node-pool";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { type NodePoolRole, poolLabel } from "../../kubernetes/placement";
import { PlatformError } from "../../terraform/platform-error";
import { stableJson } from "../../terraform/stable-json";
import { gcpName } from "../names";
import type { NodeServiceAccount } from "./node-service-account";

/** Size, machine and upkeep of a pool. */
export interface GkeNodePoolShape {
  readonly name: string;
  /**
   * What it is for. Nodes of all but general pools keep pods away that do not ask for them.
   *
   * @default "general"
   */
  readonly role?: NodePoolRole;
  /** Machine type, such as `e2-standard-4`; a change is an upgrade of the same pool. */
  readonly machineType: string;
  /** Nodes at the start; afterwards the autoscaler decides. */
  readonly count: number;
  readonly minCount: number;
  readonly maxCount: number;
  /**
   * Whether counts are per zone, or of all zones together.
   *
   * @default "zone"
   */
  readonly limits?: "zone" | "total";
  /**
   * Whether new nodes come from any zone that has some, or keep zones alike.
   *
   * @default - any for spot nodes, else balanced
   */
  readonly locationPolicy?: "balanced" | "any";
  /** Size of the boot disk in GiB. */
  readonly diskSizeGib: number;
  /** @default "pd-balanced" */
  readonly diskType?: string;
  /**
   * Disks of 375 GB in the machine for the scratch files of pods.
   *
   * @default - none: scratch files are on the boot disk
   */
  readonly localSsds?: number;
  /** Whether nodes are cheaper and may be taken away at any time. */
  readonly spot: boolean;
  /** @default 110 */
  readonly maxPodsPerNode?: number;
  /**
   * How nodes are replaced: by a second set that is there until the first one is empty and has been left for a while, or one
   * by one.
   *
   * @default "surge"
   */
  readonly upgrade?: "blue-green" | "surge";
  /**
   * Seconds in which a blue-green upgrade can be taken back once all pods have moved.
   *
   * @default 3600
   */
  readonly soakSeconds?: number;
  /**
   * Whether pods start while their images, where they come from Artifact Registry, are still being read.
   *
   * @default true
   */
  readonly imageStreaming?: boolean;
  /**
   * Whether logs are read for nodes that write more than 100 KiB a second.
   *
   * @default "default"
   */
  readonly logging?: "default" | "max-throughput";
}

/** Settings of a {@link GkeNodePool}. */
export interface GkeNodePoolProps extends GkeNodePoolShape {
  readonly project: string;
  readonly region: string;
  /** Zones of the region that hold nodes. */
  readonly zones: readonly string[];
  /** The cluster, as a reference. */
  readonly cluster: string;
  readonly serviceAccount: NodeServiceAccount;
  /** Network tag that the firewall rules are written for. */
  readonly nodeTag: string;
  /**
   * Full name of the Cloud KMS key of the boot disks.
   *
   * @default - a key that Google keeps
   */
  readonly diskKey?: string;
  /**
   * What must exist first, such as the grant on the disks' key.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** Part of the old nodes that is emptied at a time, and how long the new ones are watched before the next part. */
const rollout = { batchPercentage: 0.34, batchSoakDuration: "300s" } as const;

/**
 * A pool of equal nodes in every zone of a cluster.
 *
 * What can be changed in place is an upgrade of the pool (machine type, disk, labels, taints). What cannot makes another
 * pool: its name ends with a hash of just that, so that the new pool is there before the old one is drained, under the
 * same address.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/concepts/node-pools
 */
export class GkeNodePool extends Construct {
  readonly resource: ContainerNodePool;
  /** Name in Google Cloud. */
  readonly name: string;

  /** @throws PlatformError for counts that contradict each other, and for a name of more than 33 characters */
  constructor(scope: Construct, id: string, props: GkeNodePoolProps) {
    super(scope, id);
    const { minCount, count, maxCount, zones, limits = "zone", role = "general" } = props;
    if (!(minCount >= 0 && minCount <= count && count <= maxCount)) {
      throw new PlatformError(
        this,
        `minCount is ${minCount}, count is ${count} and maxCount is ${maxCount}`,
        "use 0 <= minCount <= count <= maxCount",
      );
    }
    const fixed = fixedConfig(props);
    const maxPodsPerNode = props.maxPodsPerNode ?? 110;
    this.name = gcpName(this, "node-pool", props.name, hashOf({ ...fixed, maxPodsPerNode }));

    this.resource = new ContainerNodePool(this, "Resource", {
      project: props.project,
      location: props.region,
      nodeLocations: [...zones],
      cluster: props.cluster,
      name: this.name,
      maxPodsPerNode,
      // GKE-20: only the start, per zone; a node count here would fight the autoscaler at every apply.
      initialNodeCount: limits === "total" ? Math.ceil(count / zones.length) : count,
      autoscaling: autoscaling(props),
      // GKE-10: broken nodes are replaced, and nodes follow the channel's version.
      management: { autoRepair: true, autoUpgrade: true },
      upgradeSettings: upgradeSettings(props),
      nodeConfig: {
        ...fixed,
        machineType: props.machineType,
        diskSizeGb: props.diskSizeGib,
        diskType: props.diskType ?? "pd-balanced",
        // GKE-09: a small, verified system made for containers.
        imageType: "COS_CONTAINERD",
        tags: [props.nodeTag],
        labels: { [poolLabel]: role },
        taint: role === "general" ? undefined : [{ key: poolLabel, value: role, effect: "NO_SCHEDULE" }],
        gcfsConfig: { enabled: props.imageStreaming ?? true },
        loggingVariant: props.logging === "max-throughput" ? "MAX_THROUGHPUT" : "DEFAULT",
        // GKE-05: pods see their own identity at the metadata server, not the node's.
        workloadMetadataConfig: { mode: "GKE_METADATA" },
        // GKE-15: the unauthenticated port 10255, off here as well as in the cluster's defaults.
        kubeletConfig: { insecureKubeletReadonlyPortEnabled: "FALSE" },
      },
      lifecycle: {
        // Pods of a pool that is replaced need nodes to move to; the hash in its name lets both be there.
        createBeforeDestroy: true,
        // GKE-20: what the autoscaler has decided since is no reason to replace the pool.
        ignoreChanges: ["initial_node_count"],
      },
      // An upgrade waits for disruption budgets, up to an hour for each node of a batch, and for the soak.
      timeouts: { create: "45m", update: "8h", delete: "2h" },
      // Nodes that start before their role is granted cannot register.
      dependsOn: [...props.serviceAccount.grants, ...(props.dependsOn ?? [])],
    });
  }
}

/** What the provider marks as "forces replacement" among what this project states. */
function fixedConfig({ spot, diskKey, localSsds, serviceAccount }: GkeNodePoolProps) {
  return {
    spot,
    // GKE-12: where an own key is asked for, disks are unreadable without it.
    bootDiskKmsKey: diskKey,
    ephemeralStorageLocalSsdConfig: localSsds === undefined ? undefined : { localSsdCount: localSsds },
    // GKE-06: never the default account, which may edit the whole project.
    serviceAccount: serviceAccount.email,
    // What a node may do is decided by its account's roles alone, so the scope is the wide one.
    oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
    // GKE-08: only signed boot code, and a changed one is noticed.
    shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
    // Old metadata endpoints gave tokens to any request that a pod could be tricked into.
    metadata: { "disable-legacy-endpoints": "true" },
  };
}

/** Six characters, so that names of pools have 33 of the 40 that the API allows. */
function hashOf(fixed: Parameters<typeof stableJson>[0]): string {
  return createHash("sha256").update(stableJson(fixed)).digest("hex").slice(0, 6);
}

function autoscaling(props: GkeNodePoolProps): ContainerNodePoolAutoscaling {
  const { minCount, maxCount, limits = "zone", spot, locationPolicy = spot ? "any" : "balanced" } = props;
  return {
    ...(limits === "total"
      ? { totalMinNodeCount: minCount, totalMaxNodeCount: maxCount }
      : { minNodeCount: minCount, maxNodeCount: maxCount }),
    locationPolicy: locationPolicy === "any" ? "ANY" : "BALANCED",
  };
}

function upgradeSettings({ upgrade, soakSeconds = 3600 }: GkeNodePoolProps): ContainerNodePoolUpgradeSettings {
  return upgrade === "blue-green"
    ? {
        strategy: "BLUE_GREEN",
        blueGreenSettings: { nodePoolSoakDuration: `${soakSeconds}s`, standardRolloutPolicy: rollout },
      }
    : { strategy: "SURGE", maxSurge: 1, maxUnavailable: 0 };
}
