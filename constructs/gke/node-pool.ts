import { ContainerNodePool } from "@cdktf/provider-google/lib/container-node-pool";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { PlatformError } from "../terraform/platform-error";
import { gcpName } from "./names";
import type { NodeServiceAccount } from "./node-service-account";

/** Size and machine of a pool. Counts are per zone. */
export interface GkeNodePoolShape {
  readonly name: string;
  /** Machine type, such as `e2-standard-4`. */
  readonly machineType: string;
  /** Nodes at the start; afterwards the autoscaler decides. */
  readonly count: number;
  readonly minCount: number;
  readonly maxCount: number;
  /** Size of the boot disk in GiB. */
  readonly diskSizeGib: number;
  /** Whether nodes are cheaper and may be taken away at any time. */
  readonly spot: boolean;
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

/**
 * A pool of equal nodes in every zone of a cluster.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/concepts/node-pools
 */
export class GkeNodePool extends Construct {
  readonly resource: ContainerNodePool;

  constructor(scope: Construct, id: string, props: GkeNodePoolProps) {
    super(scope, id);
    const { minCount, count, maxCount } = props;
    if (!(minCount >= 0 && minCount <= count && count <= maxCount)) {
      throw new PlatformError(
        this,
        `minCount is ${minCount}, count is ${count} and maxCount is ${maxCount}`,
        "use 0 <= minCount <= count <= maxCount",
      );
    }

    this.resource = new ContainerNodePool(this, "Resource", {
      project: props.project,
      location: props.region,
      nodeLocations: [...props.zones],
      cluster: props.cluster,
      name: gcpName(this, "node-pool", props.name),
      // GKE-20: only the start; a node count here would fight the autoscaler at every apply.
      initialNodeCount: count,
      autoscaling: { minNodeCount: minCount, maxNodeCount: maxCount, locationPolicy: props.spot ? "ANY" : "BALANCED" },
      // GKE-10: broken nodes are replaced, and nodes follow the channel's version.
      management: { autoRepair: true, autoUpgrade: true },
      upgradeSettings: { strategy: "SURGE", maxSurge: 1, maxUnavailable: 0 },
      nodeConfig: {
        machineType: props.machineType,
        diskSizeGb: props.diskSizeGib,
        diskType: "pd-balanced",
        spot: props.spot,
        // GKE-12: where an own key is asked for, disks are unreadable without it.
        bootDiskKmsKey: props.diskKey,
        // GKE-09: a small, verified system made for containers.
        imageType: "COS_CONTAINERD",
        // GKE-06: never the default account, which may edit the whole project.
        serviceAccount: props.serviceAccount.email,
        // What a node may do is decided by its account's roles alone, so the scope is the wide one.
        oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
        tags: [props.nodeTag],
        // GKE-05: pods see their own identity at the metadata server, not the node's.
        workloadMetadataConfig: { mode: "GKE_METADATA" },
        // GKE-08: only signed boot code, and a changed one is noticed.
        shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
        // GKE-15: the unauthenticated port 10255, off here as well as in the cluster's defaults.
        kubeletConfig: { insecureKubeletReadonlyPortEnabled: "FALSE" },
        // Old metadata endpoints gave tokens to any request that a pod could be tricked into.
        metadata: { "disable-legacy-endpoints": "true" },
      },
      // GKE-20: what the autoscaler has decided since is no reason to replace the pool.
      lifecycle: { ignoreChanges: ["initial_node_count"] },
      timeouts: { create: "45m", update: "2h", delete: "45m" },
      // Nodes that start before their role is granted cannot register.
      dependsOn: [...props.serviceAccount.grants, ...(props.dependsOn ?? [])],
    });
  }
}
