/** Names that Vault's database engine, its configuration and its clients agree on. */
export const databaseAccess = {
  /** Mount of the engine; the first configuration of Vault makes it, since a mount with live leases cannot be removed. */
  mount: "database",
  /** Folder of the administrators' passwords below the mount of the platform's secrets. */
  secretFolder: "database-engine",
  /**
   * Life of a credential, in seconds. Vault ends it with the token that asked for it, which lives as long (rule VCF-06: at
   * most an hour).
   */
  leaseSeconds: 60 * 60,
  /** How often a consumer is given another credential: two attempts may fail before the one in use ends. */
  refreshInterval: "20m",
} as const;

/** Path of Vault's API at which a role's credentials are read. */
export function credentialsPath(role: string): string {
  return `${databaseAccess.mount}/creds/${role}`;
}
