import { ContainerCluster } from "@cdktf/provider-google/lib/container-cluster";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { DeploySettings } from "../../terraform/deploy-settings";
import { PlatformError } from "../../terraform/platform-error";
import { workloadPool } from "../identity/workload-identity";
import { gcpName } from "../names";
import type { GkeNetworkAddresses } from "../network/network";
import { type AutoProvisioningLimits, autoProvisioning } from "./auto-provisioning";
import { addons, type ClusterAddons, type ClusterHardening, hardening, observability } from "./cluster-settings";
import { type AuthorizedNetwork, controlPlane } from "./control-plane";
import {
  defaultMaintenanceWindow,
  type MaintenanceExclusion,
  type MaintenanceWindow,
  maintenancePolicy,
} from "./maintenance";
import { GkeNodePool, type GkeNodePoolShape } from "./node-pool";
import type { NodeServiceAccount } from "./node-service-account";

/** Settings of a {@link GkeCluster}. */
export interface GkeClusterProps extends ClusterHardening, ClusterAddons {
  readonly project: string;
  readonly region: string;
  /** Zones of the region that hold nodes. */
  readonly zones: readonly string[];
  /** First part of all names; the cluster has this very name. */
  readonly name: string;
  readonly network: GkeNetworkAddresses;
  readonly serviceAccount: NodeServiceAccount;
  /**
   * Release channel: versions come from it, and none is pinned.
   *
   * @default "REGULAR"
   */
  readonly releaseChannel?: "REGULAR" | "STABLE";
  /**
   * When Google may upgrade the cluster.
   *
   * @default - Saturdays and Sundays, 01:00 to 09:00 UTC
   */
  readonly maintenance?: MaintenanceWindow;
  /**
   * When it may not, such as a freeze at the end of a year.
   *
   * @default - never
   */
  readonly exclusions?: readonly MaintenanceExclusion[];
  /**
   * Networks that may reach the control plane by its address, beside its DNS name.
   *
   * @default - none: there is no address
   */
  readonly authorizedNetworks?: readonly AuthorizedNetwork[];
  /**
   * Whether that address is on the internet.
   *
   * @default false
   */
  readonly publicEndpoint?: boolean;
  /**
   * Most that all nodes may have, where GKE adds pools for pods that fit nowhere.
   *
   * @default - GKE adds no pools
   */
  readonly autoProvisioning?: AutoProvisioningLimits;
  /**
   * What must exist first, such as the policy on images: a cluster that finds none runs any.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
  /**
   * Whether a plan may destroy the cluster.
   *
   * @default - the choice of the environment, see {@link DeploySettings}
   */
  readonly allowDestroy?: boolean;
}

/**
 * A regional GKE cluster with private nodes, reached by its DNS endpoint with IAM, with Dataplane V2 and Workload Identity.
 *
 * The network, its ranges, the data path, private nodes and the region are decided on the first day: another value makes
 * another cluster.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster
 */
export class GkeCluster extends Construct {
  readonly name: string;
  readonly zones: readonly string[];
  readonly releaseChannel: "REGULAR" | "STABLE";
  readonly maintenance: MaintenanceWindow;
  readonly allowDestroy: boolean;
  readonly workloadPool: string;
  readonly resource: ContainerCluster;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: GkeClusterProps,
  ) {
    super(scope, id);
    const { project, region, network } = props;
    this.zones = [...props.zones];
    if (this.zones.length === 0) {
      throw new PlatformError(this, "zones is empty", `name at least one zone of ${region}, such as ${region}-b`);
    }
    const foreign = this.zones.find((zone) => !zone.startsWith(`${region}-`));
    if (foreign) {
      throw new PlatformError(this, `zone "${foreign}" is not in region "${region}"`, `use zones such as ${region}-b`);
    }
    this.name = gcpName(this, "cluster", props.name);
    this.releaseChannel = props.releaseChannel ?? "REGULAR";
    this.maintenance = props.maintenance ?? defaultMaintenanceWindow;
    this.allowDestroy = props.allowDestroy ?? DeploySettings.of(this).allowDestroy;
    this.workloadPool = workloadPool(project);

    this.resource = new ContainerCluster(this, "Resource", {
      ...controlPlane({
        range: network.controlPlaneRange,
        authorizedNetworks: props.authorizedNetworks,
        publicEndpoint: props.publicEndpoint,
      }),
      ...hardening(this, props),
      ...observability(),
      ...addons(props),
      project,
      name: this.name,
      // GKE-19: a region, not a zone: the control plane survives the loss of one.
      location: region,
      nodeLocations: [...this.zones],
      network: network.network,
      subnetwork: network.subnetwork,
      // NET-01: addresses of pods and services are known to the network.
      networkingMode: "VPC_NATIVE",
      ipAllocationPolicy: {
        clusterSecondaryRangeName: network.podsRangeName,
        servicesSecondaryRangeName: network.servicesRangeName,
      },
      // GKE-07: network policies are enforced by the data path itself; there is no Calico add-on beside it.
      datapathProvider: "ADVANCED_DATAPATH",
      // GKE-05: pods get an identity of their own.
      workloadIdentityConfig: { workloadPool: this.workloadPool },
      // GKE-10: versions by channel, upgrades when the window says so.
      releaseChannel: { channel: this.releaseChannel },
      maintenancePolicy: maintenancePolicy(this.maintenance, props.exclusions ?? []),
      clusterAutoscaling:
        props.autoProvisioning &&
        autoProvisioning(props.autoProvisioning, {
          zones: this.zones,
          serviceAccount: props.serviceAccount.email,
          diskKey: props.diskKey,
        }),
      nodePoolAutoConfig: props.autoProvisioning && {
        // NET-03: firewall rules are written for the tag.
        networkTags: { tags: [network.nodeTag] },
        // GKE-15: off in added pools too.
        nodeKubeletConfig: { insecureKubeletReadonlyPortEnabled: "FALSE" },
      },
      // GKE-20: pools are resources of their own; the first one cannot be avoided, so it is made small and removed.
      removeDefaultNodePool: true,
      initialNodeCount: 1,
      nodeConfig: {
        // GKE-06, GKE-08: it lives for minutes, but a project may forbid the default account or an unshielded node.
        serviceAccount: props.serviceAccount.email,
        shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
        workloadMetadataConfig: { mode: "GKE_METADATA" },
        bootDiskKmsKey: props.diskKey,
      },
      // GKE-21: said in every environment, since the provider's default would need two applies to destroy.
      deletionProtection: !this.allowDestroy,
      lifecycle: {
        // TF-16: the provider's own protection is a field of the state; this one is checked at every plan.
        preventDestroy: !this.allowDestroy,
        // GKE-20: both describe the pool that was removed; without this every plan would replace the cluster.
        ignoreChanges: ["initial_node_count", "node_config"],
      },
      timeouts: { create: "60m", update: "90m", delete: "60m" },
      dependsOn: [...props.serviceAccount.grants, ...(props.dependsOn ?? [])],
    });
  }

  /** Name of the control plane's DNS endpoint; Google decides it when the cluster is made. */
  get dnsEndpoint(): string {
    return this.resource.controlPlaneEndpointsConfig.dnsEndpointConfig.endpoint;
  }

  /**
   * Adds a pool of nodes in all zones of the cluster.
   *
   * @throws PlatformError when a pool has that name already
   */
  addNodePool(id: string, shape: GkeNodePoolShape): GkeNodePool {
    if (this.node.tryFindChild(id)) {
      throw new PlatformError(this, `two node pools have the id "${id}"`, "give each pool a name of its own");
    }
    return new GkeNodePool(this, id, {
      ...shape,
      project: this.props.project,
      region: this.props.region,
      zones: this.zones,
      cluster: this.resource.name,
      serviceAccount: this.props.serviceAccount,
      nodeTag: this.props.network.nodeTag,
      diskKey: this.props.diskKey,
    });
  }
}
