export { type ExternalSecret, type ExternalSecretProps, type GrowingSecret, secretVersions } from "./external-secret";
export { GoogleSecretManagerSecrets, type GoogleSecretManagerSecretsProps } from "./google-secret-manager";
export {
  type OnePasswordField,
  type OnePasswordItem,
  OnePasswordSecrets,
} from "./one-password";
export { OnePasswordStore, type OnePasswordStoreProps } from "./one-password-store";
export {
  type ClusterSecret,
  clusterSecret,
  fernetKey,
  fixed,
  generated,
  type KubernetesSecretRef,
  keyOf,
  pathOf,
  provided,
  type SecretKey,
  type SecretRef,
  type SecretValue,
} from "./secret-ref";
export { rotationObstacle, type SecretRegistryProps, type SecretVersions } from "./secret-registry";
export type {
  ClusterStore,
  NamespaceStore,
  RotationFollower,
  SecretConsumer,
  SecretEntry,
  SecretOptions,
  SecretReaderIdentity,
  SecretSource,
  StoreParts,
  WritableSecrets,
} from "./secret-source";
export { SecretStore, type SecretStoreProps } from "./secret-store";
