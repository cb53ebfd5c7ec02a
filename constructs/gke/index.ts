export {
  type BootstrapAddresses,
  bootstrapAddresses,
  cryptoKeyId,
  type GkePlace,
  type PlatformKey,
  platformKeys,
  serviceAccountEmail,
} from "./addresses";
export { GkeCluster, type GkeClusterProps, type MaintenanceWindow } from "./cluster";
export { type GoogleProviderProps, googleProvider } from "./google-provider";
export { KmsKeys, type KmsKeysProps } from "./kms-keys";
export { type GcpProduct, gcpName } from "./names";
export { GkeNetwork, type GkeNetworkAddresses, type GkeNetworkProps, type GkeNetworkRanges } from "./network";
export { GkeNodePool, type GkeNodePoolProps, type GkeNodePoolShape } from "./node-pool";
export { NodeServiceAccount, type NodeServiceAccountProps } from "./node-service-account";
export {
  ApplyIdentity,
  type ApplyIdentityProps,
  PlanIdentity,
  type PlatformIdentityProps,
} from "./platform-identities";
export { PrivateBucket, type PrivateBucketProps } from "./private-bucket";
export { ProjectServices, type ProjectServicesProps, platformServices } from "./project-services";
export { type ProjectRole, ServiceIdentity, type ServiceIdentityProps } from "./service-identity";
export { StateBucket, type StateBucketProps } from "./state-bucket";
export { VaultRecoveryBucket, type VaultRecoveryBucketProps } from "./vault-recovery-bucket";
export { VaultSealIdentity, type VaultSealIdentityProps } from "./vault-seal-identity";
export {
  type KubernetesAccount,
  WorkloadIdentity,
  type WorkloadIdentityProps,
  workloadPool,
} from "./workload-identity";
