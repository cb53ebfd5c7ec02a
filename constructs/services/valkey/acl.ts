/** A user of the store as the chart takes it. */
export type AclUser = {
  /** Rules of Valkey's access lists, after the password. */
  readonly permissions: string;
  /** Key of the Secret with the passwords. @default - the user's name */
  readonly passwordKey?: string;
};

/** Who reads metrics. */
export const exporterUser = "exporter";

/** Who copies from the server that is written to. */
export const replicationUser = "replication";

/** Who asks whether the server answers. */
const healthUser = "health";

/**
 * Rules of a consumer: all keys and channels, and no command that changes the server, looks at others or can block it.
 * `info` and `keys` are counted among those, and clients of queues and caches use them.
 */
const consumerRules = "~* &* +@all -@admin -@dangerous +info +keys";

const metricsCommands = [
  ...["+ping", "+info", "+config|get", "+client|setname", "+slowlog|get", "+slowlog|len"],
  ...["+latency|latest", "+latency|histogram"],
].join(" ");

/** Users that are there without being asked for; nobody may add one of these names. */
const ownUsers: { readonly [user: string]: AclUser } = {
  // Everybody would be this user before a login, and with it could do anything.
  default: { permissions: "off resetkeys resetchannels -@all", passwordKey: exporterUser },
  [exporterUser]: { permissions: `resetkeys resetchannels -@all ${metricsCommands}` },
  [replicationUser]: { permissions: "resetkeys resetchannels -@all +psync +replconf +ping" },
  // It learns what an open port tells too, so that probes need no password.
  [healthUser]: { permissions: "nopass resetkeys resetchannels -@all +ping", passwordKey: exporterUser },
};

/** Whether a name is one of the store's own. */
export function isOwnUser(name: string): boolean {
  return Object.keys(ownUsers).includes(name);
}

/** The access list of the store with its consumers. */
export function aclUsers(consumers: readonly string[]): { readonly [user: string]: AclUser } {
  return { ...ownUsers, ...Object.fromEntries(consumers.map((name) => [name, { permissions: consumerRules }])) };
}

/** Asks for the one answer of a server that has loaded its data; before, it answers with an error and the command ends well. */
export const pingCommand = [
  "sh",
  "-c",
  `valkey-cli --no-auth-warning --user ${healthUser} --pass none ping | grep -q PONG`,
] as const;
