export { credentialsPath, databaseAccess } from "./database/database-access";
export {
  DatabaseConnection,
  type DatabaseConnectionProps,
  DatabaseEngine,
  type DatabaseEngineProps,
  type DatabaseRole,
  type LeaseRoles,
  type LeaseStatements,
} from "./database/database-engine";
export { type DynamicSecret, type DynamicSecretProps, dynamicSecret } from "./database/dynamic-secret";
export { type OidcLogin, VaultPeople, type VaultPeopleProps } from "./people/people";
export { peopleAccess } from "./people/people-access";
export { type PeopleRole, peoplePolicy, peopleRoles } from "./people/people-policies";
export { Pki, type PkiProps } from "./pki/pki";
export { pkiAccess, pkiSignPath } from "./pki/pki-access";
export { PkiIssuer, type PkiIssuerProps } from "./pki/pki-issuer";
export { PkiIssuerAccess, type PkiIssuerAccessProps } from "./pki/pki-issuer-access";
export { bootstrapConfig } from "./server/bootstrap-config";
export {
  type Distribution,
  distributions,
  type VaultDistribution,
} from "./server/distribution";
export type { GcpKmsSeal } from "./server/server-config";
export type { GoogleUnseal } from "./server/unsealer";
export { VaultCluster, type VaultClusterProps } from "./server/vault-cluster";
export type { SnapshotDestination } from "./snapshots/snapshot-scripts";
export { type SnapshotSchedule, VaultSnapshots, type VaultSnapshotsProps } from "./snapshots/snapshots";
export { vaultAccess, vaultAddress, vaultProxyPath } from "./vault-access";
export { type SharedReaderProps, VaultSecrets, type VaultSecretsProps } from "./vault-secrets";
