/** What an identity of the platform may do in the whole project, and why. */
export type PlatformRole = ReadyMadeRole | OwnRole;

interface RoleRow {
  /** Id of the grant below the identity, in PascalCase; part of its address. */
  readonly id: string;
  /** What it is for, and why nothing narrower does: half a sentence. */
  readonly reason: string;
  /**
   * Only where the environment keeps secrets in Google's Secret Manager.
   *
   * @default false
   */
  readonly forSecretManager?: true;
  /**
   * Only where a plan may destroy data.
   *
   * @default false
   */
  readonly forDestroy?: true;
}

/** A role that Google keeps. */
export interface ReadyMadeRole extends RoleRow {
  /** Such as `roles/container.viewer`. */
  readonly role: string;
  /**
   * For a role that lets its holder give roles to others: the only ones that it may give or take away.
   *
   * @default - no condition
   */
  readonly mayGrantOnly?: readonly string[];
}

/** A role of our own, for this identity alone, where a ready-made one may do too much. */
export interface OwnRole extends RoleRow {
  /** What it may do, such as `storage.buckets.create`. */
  readonly permissions: readonly string[];
}

/** Permissions on one kind of resource: `may("pubsub.topics", "get", "list")`. */
export function may(resource: string, ...verbs: readonly string[]): readonly string[] {
  return verbs.map((verb) => `${resource}.${verb}`);
}
