/** Names that the logins of people have in Vault. */
export const peopleAccess = {
  /** Mount path of the OIDC auth method. */
  oidcPath: "oidc",
  /** Role that everybody logs in with; what a person may do comes from groups. */
  oidcRole: "person",
  /** Where `vault login -method=oidc` waits for the browser. The servers' own pages are off (rule VLT-13). */
  redirectUri: "http://localhost:8250/oidc/callback",
  /** Mount path of users with passwords. */
  userpassPath: "userpass",
  /** Life of a person's token, in seconds, before it has to be renewed. */
  tokenTtlSeconds: 60 * 60,
  /** Life of a person's token, in seconds, after which only another login helps: a working day. */
  tokenMaxTtlSeconds: 8 * 60 * 60,
} as const;
