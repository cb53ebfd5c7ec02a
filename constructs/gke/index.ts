export {
  type BootstrapAddresses,
  bootstrapAddresses,
  type GkePlace,
  type PlatformKey,
} from "./addresses";
export { GkeCluster, type GkeClusterProps, type MaintenanceWindow } from "./cluster";
export { type GoogleProviderProps, googleProvider } from "./google-provider";
export { KmsKeys, type KmsKeysProps } from "./kms-keys";
export { type GcpProduct, gcpName } from "./names";
export { GkeNetwork, type GkeNetworkAddresses, type GkeNetworkProps, type GkeNetworkRanges } from "./network";
export type { GkeNodePoolShape } from "./node-pool";
export { NodeServiceAccount, type NodeServiceAccountProps } from "./node-service-account";
export {
  ApplyIdentity,
  type ApplyIdentityProps,
  PlanIdentity,
  type PlatformIdentityProps,
} from "./platform-identities";
export { PrivateBucket, type PrivateBucketProps } from "./private-bucket";
export { ProjectServices, type ProjectServicesProps, platformServices } from "./project-services";
export type { ProjectRole } from "./service-identity";
export { StateBucket, type StateBucketProps } from "./state-bucket";
export { VaultRecoveryBucket, type VaultRecoveryBucketProps } from "./vault-recovery-bucket";
export { VaultSealIdentity, type VaultSealIdentityProps } from "./vault-seal-identity";
export { VaultSnapshotBucket, type VaultSnapshotBucketProps } from "./vault-snapshot-bucket";
export type { KubernetesAccount } from "./workload-identity";
