import { vaultAccess } from "../vault-access";
import type { BootstrapConfig } from "./bootstrap-config";
import type { Distribution } from "./distribution";

/** Files of the bootstrap job, by their names below `/config`. */
export type BootstrapFiles = Readonly<Record<string, string>>;

/** Folders of the job's pod, as its scripts name them. */
export const bootstrapFolders = { config: "/config", work: "/work", token: "/var/run/secrets/vault" } as const;

/** File whose presence says that there is nothing left to configure with a root token. */
export const appliedFile = `${bootstrapFolders.work}/applied`;

/** The scripts of the job and all that they read. */
export function bootstrapFiles({ program }: Distribution, config: BootstrapConfig): BootstrapFiles {
  return {
    "vault-config.json": config.document,
    ...Object.fromEntries(config.policies.map(({ name, rules }) => [`${name}.hcl`, rules])),
    ...Object.fromEntries(config.roles.map(({ name, settings }) => [`${name}.json`, settings])),
    "check.sh": checkScript(program, config),
    "revoke.sh": revokeScript(program, config),
  };
}

/** Logs in with the job's own role, and leaves the token to those who come after. */
function login(program: string, role: string): string {
  return `${program} write -field=token auth/${vaultAccess.kubernetesAuthPath}/login role=${role} \\
  jwt=@${bootstrapFolders.token}/token`;
}

/**
 * Waits for the active server. In one that has been configured before, the job's own role writes its policies and roles
 * anew, so that an upgrade of the platform needs no root token.
 */
function checkScript(program: string, { role, policies, roles }: BootstrapConfig): string {
  return `set -eu
until ${program} status >/dev/null 2>&1; do sleep 2; done
if VAULT_TOKEN=$(${login(program, role)} 2>/dev/null); then
  export VAULT_TOKEN
  for policy in ${policies.map(({ name }) => name).join(" ")}; do
    ${program} policy write "$policy" ${bootstrapFolders.config}/"$policy".hcl
  done
  for role in ${roles.map(({ name }) => name).join(" ")}; do
    ${program} write auth/${vaultAccess.kubernetesAuthPath}/role/"$role" @${bootstrapFolders.config}/"$role".json
  done
  touch ${appliedFile}
fi
`;
}

/**
 * Revokes every root token; the job's own role can name tokens by accessor only. Any failure fails the job: a root token
 * must not outlive it. A token that ended by itself meanwhile is none.
 */
function revokeScript(program: string, { role }: BootstrapConfig): string {
  return `set -eu
VAULT_TOKEN=$(${login(program, role)})
export VAULT_TOKEN
accessors=$(${program} list -format=json auth/token/accessors)
for accessor in $(printf '%s' "$accessors" | tr -d '[]", '); do
  if ! policies=$(${program} write -field=policies auth/token/lookup-accessor accessor="$accessor" 2>&1); then
    case "$policies" in
      *"invalid accessor"*) continue ;;
    esac
    echo "cannot look up a token: $policies" >&2
    exit 1
  fi
  case "$policies" in
    *root*)
      ${program} write -f auth/token/revoke-accessor accessor="$accessor"
      echo "revoked a root token"
      ;;
  esac
done
`;
}
