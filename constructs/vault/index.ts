export {
  fixed,
  generated,
  type KubernetesSecretRef,
  keyOf,
  type SecretKey,
  type SecretRef,
  type SecretValue,
} from "./secret-ref";
export { type ExternalSecret, type ExternalSecretProps, SecretStore, type SecretStoreProps } from "./secret-store";
export type { GcpKmsSeal } from "./server-config";
export { vaultAccess, vaultAddress, vaultProxyPath } from "./vault-access";
export { type GoogleUnseal, VaultCluster, type VaultClusterProps } from "./vault-cluster";
export { type SecretReaderIdentity, VaultSecrets } from "./vault-secrets";
