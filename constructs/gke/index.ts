export {
  type BootstrapAddresses,
  bootstrapAddresses,
  type GkePlace,
  type PlatformKey,
  platformKeys,
} from "./addresses";
export * from "./analytics";
export { ClusterBackup, type ClusterBackupProps } from "./backup/cluster-backup";
export { applyRoles, type GrantableRole, grantableRoles } from "./bootstrap/apply-roles";
export { AuditedReading, type AuditedReadingProps } from "./bootstrap/audited-reading";
export { GithubFederation, type GithubFederationProps } from "./bootstrap/github-federation";
export { type KeyUser, keyUsers, type ManagedService } from "./bootstrap/key-users";
export { KmsKeys, type KmsKeysProps } from "./bootstrap/kms-keys";
export { type MachineAccount, MachineAccounts, type MachineAccountsProps } from "./bootstrap/machine-accounts";
export {
  ApplyIdentity,
  type ApplyIdentityProps,
  ImagesIdentity,
  PlanIdentity,
  type PlatformIdentityProps,
} from "./bootstrap/platform-identities";
export { ProjectServices, type ProjectServicesProps, platformServices } from "./bootstrap/project-services";
export { StateBucket, type StateBucketProps } from "./bootstrap/state-bucket";
export {
  type WorkloadRole,
  WorkloadRoles,
  type WorkloadRolesProps,
  workloadRoleName,
  workloadRoleNames,
  workloadRoles,
} from "./bootstrap/workload-roles";
export { GkeCluster, type GkeClusterProps } from "./cluster/cluster";
export { type MaintenanceExclusion, type MaintenanceWindow, type WindowDay, weeklyWindow } from "./cluster/maintenance";
export type { GkeNodePoolShape } from "./cluster/node-pool";
export { NodeServiceAccount, type NodeServiceAccountProps } from "./cluster/node-service-account";
export { BucketIdentity, type BucketIdentityProps, type OpenedBucket } from "./data/bucket-identity";
export { CloudSqlPostgres, type CloudSqlPostgresProps } from "./data/cloud-sql";
export { type CloudSqlAddress, cloudSqlAddress } from "./data/cloud-sql-names";
export { fixedFlags, type ServerSettings } from "./data/cloud-sql-settings";
export { CloudSqlUsers, type CloudSqlUsersProps } from "./data/cloud-sql-users";
export { DataZone, type DataZoneProps } from "./data/data-zone";
export { MemorystoreValkey, type MemorystoreValkeyProps } from "./data/memorystore";
export { InternalEdge, type InternalEdgeProps } from "./edge/internal-edge";
export { PublicEdge, type PublicEdgeProps } from "./edge/public-edge";
export { deployer, type GoogleProviderProps, googleProvider } from "./google-provider";
export { GivenIdentity, type GivenIdentityProps } from "./identity/given-identity";
export type { ProjectRole } from "./identity/project-roles";
export { ServiceIdentity } from "./identity/service-identity";
export type { KubernetesAccount } from "./identity/workload-identity";
export { ImageAdmission, type ImageAdmissionProps } from "./images/image-admission";
export { ImageRegistry, type ImageRegistryProps, type RegistryUser } from "./images/image-registry";
export { attestorId, ImageSigning, type ImageSigningProps } from "./images/image-signing";
export { RegistryMirror, type RegistryMirrorProps } from "./images/registry-mirror";
export { exemptImages, type RunningParts } from "./images/upstream-images";
export { type GcpProduct, gcpName } from "./names";
export { GkeNetwork, type GkeNetworkAddresses, type GkeNetworkProps, type GkeNetworkRanges } from "./network/network";
export type { AddressFlow, ControlPlaneCall, NetworkFirewall } from "./network/network-firewall";
export { type GoogleApisAccess, googleApiRanges } from "./network/private-names";
export { SharedGkeNetwork, type SharedGkeNetworkProps } from "./network/shared-network";
export { type Alert, runbookAnchor, type Severity } from "./observability/alerts/alert";
export { AlertPolicies, type AlertPoliciesProps } from "./observability/alerts/alert-policies";
export { type EnvironmentAlertsProps, environmentAlerts } from "./observability/alerts/environment-alerts";
export { securityAlerts } from "./observability/alerts/security-alerts";
export { AlertChannels, type AlertChannelsProps } from "./observability/channels";
export { LayerDashboards, layerDashboards } from "./observability/dashboards/layer-dashboards";
export { ProjectLogs, type ProjectLogsProps } from "./observability/logs/project-logs";
export { ProjectBudget, type ProjectBudgetProps } from "./observability/project-budget";
export { ServiceLevels, type ServiceLevelsProps } from "./observability/service-levels";
export { WatchedPages, type WatchedPagesProps } from "./observability/watched-pages";
export type { WatchedPlace } from "./observability/watched-place";
export { OrganizationPolicies, type OrganizationPoliciesProps } from "./perimeter/organization-policies";
export { findingsTopic, SecurityFindings, type SecurityFindingsProps } from "./perimeter/security-findings";
export { ServicePerimeter, type ServicePerimeterProps } from "./perimeter/service-perimeter";
export { PrivateBucket, type PrivateBucketProps } from "./storage/private-bucket";
export { VaultRecoveryBucket, type VaultRecoveryBucketProps } from "./vault/vault-recovery-bucket";
export { VaultSealAccount, type VaultSealAccountProps } from "./vault/vault-seal-account";
export { VaultSealIdentity, type VaultSealIdentityProps } from "./vault/vault-seal-identity";
export { VaultSnapshotBucket, type VaultSnapshotBucketProps } from "./vault/vault-snapshot-bucket";
