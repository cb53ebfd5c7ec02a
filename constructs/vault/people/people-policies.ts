import { vaultAccess } from "../vault-access";

/** What people may do; each is a policy of Vault, named by {@link peoplePolicy}. */
export const peopleRoles = ["auditor", "operator", "admin", "secrets-reader"] as const;

export type PeopleRole = (typeof peopleRoles)[number];

/** What the platform has configured in Vault, by exact names: policies for people name each of them. */
export interface VaultContents {
  readonly secrets: readonly { readonly mount: string; readonly path: string }[];
  /** Names of policies. */
  readonly policies: readonly string[];
  /** Names of roles of the Kubernetes auth method. */
  readonly roles: readonly string[];
}

type Paths = readonly (readonly [path: string, capabilities: readonly string[]])[];

/** Name of the policy of a role. */
export function peoplePolicy(role: PeopleRole): string {
  return `people-${role}`;
}

/** Folders of secrets below a mount, each once. */
function folders({ secrets }: VaultContents): readonly string[] {
  const found = secrets.flatMap(({ mount, path }) => {
    const parts = path.split("/").slice(0, -1);
    return ["", ...parts.map((_, index) => `${parts.slice(0, index + 1).join("/")}/`)].map(
      (folder) => `${mount}/metadata/${folder}`,
    );
  });
  return [...new Set(found)];
}

const lists = (contents: VaultContents): Paths => folders(contents).map((folder) => [folder, ["list"]]);

/** Configuration and metadata, no value of a secret. Names are listed beyond what is known here, so that a stranger is seen. */
const audit = (contents: VaultContents): Paths => [
  ["sys/auth", ["read"]],
  ["sys/mounts", ["read"]],
  ["sys/policies/acl", ["list"]],
  ...contents.policies.map((name) => [`sys/policies/acl/${name}`, ["read"]] as const),
  [`auth/${vaultAccess.kubernetesAuthPath}/role`, ["list"]],
  ...contents.roles.map((name) => [`auth/${vaultAccess.kubernetesAuthPath}/role/${name}`, ["read"]] as const),
  ...lists(contents),
  ...contents.secrets.map(({ mount, path }) => [`${mount}/metadata/${path}`, ["read"]] as const),
];

/** Keeping the servers alive: state of the cluster, snapshots, leases. */
const operate: Paths = [
  ["sys/storage/raft/autopilot/state", ["read"]],
  ["sys/storage/raft/configuration", ["read"]],
  ["sys/storage/raft/snapshot", ["read"]],
  ["sys/leases/lookup", ["update"]],
  ["sys/leases/revoke", ["update"]],
];

/** Ending what must end now. */
const administrate: Paths = [
  ["auth/token/lookup-accessor", ["update"]],
  ["auth/token/revoke-accessor", ["update"]],
  ["sys/storage/raft/remove-peer", ["update"]],
];

/** Secrets by which the platform itself has its rights: administrators of databases, the keys of Vault's snapshots. */
const ofPlatform = /^platform\/(database-engine|vault)\//;

const readValues = (contents: VaultContents): Paths => [
  ...lists(contents),
  ...contents.secrets
    .filter(({ mount, path }) => !ofPlatform.test(`${mount}/${path}`))
    .map(({ mount, path }) => [`${mount}/data/${path}`, ["read"]] as const),
];

const pathsOf: { readonly [Role in PeopleRole]: (contents: VaultContents) => Paths } = {
  auditor: audit,
  operator: (contents) => [...audit(contents), ...operate],
  admin: (contents) => [...audit(contents), ...operate, ...administrate],
  "secrets-reader": readValues,
};

/**
 * Policy of a role, in HCL: exact paths, no `sudo` (rule VCF-07).
 *
 * None of them changes a policy, a role or a login: whoever can do that can give itself the rest, so these come from Git
 * by way of Terraform. None but `secrets-reader` reads a value.
 */
export function peoplePolicyText(role: PeopleRole, contents: VaultContents): string {
  // Also what keeps a policy from being empty, which Vault refuses.
  const paths: Paths = [["auth/token/lookup-self", ["read"]], ...pathsOf[role](contents)];
  return paths
    .map(([path, capabilities]) => `path "${path}" {\n  capabilities = ${JSON.stringify(capabilities)}\n}\n`)
    .join("");
}
