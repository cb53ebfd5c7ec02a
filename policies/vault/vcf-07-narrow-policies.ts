import { forEach, type Rule } from "../rule";
import { policyPaths } from "./access";

/** Parts of Vault in which consumers have nothing to do. */
const ofVaultItself = /^(sys|auth|identity)\//;

/** First part of the names of people's policies; people look at Vault itself, as no consumer does. */
const peoplePrefix = "people-";

/**
 * Where it is decided who may do what: whoever can write there has every other right too. A restored snapshot brings
 * policies along, and a new root token needs none.
 */
const decidesRights = new RegExp(
  `^(sys/(${[
    "policies",
    "policy",
    "auth",
    "mounts",
    "audit",
    "raw",
    "config",
    "internal",
    "plugins",
    "storage/raft/snapshot",
    "storage/raft/snapshot-force",
    "generate-root",
    "rekey",
    "seal",
    "step-down",
    "replication",
  ].join("|")})|auth/(?!token/)|auth/token/create|identity)(/|$)`,
);

const readOnly = ["read", "list"];

export const narrowPolicies: Rule = {
  id: "VCF-07",
  reason: "a consumer that may read a wildcard reads the secrets of all others too",
  remedy: "grant by VaultSecrets.grantRead; what must have more needs an exception with its reason",
  check: forEach(policyPaths, ({ policyName, path, capabilities, consumer }) => {
    const ofPeople = policyName.startsWith(peoplePrefix);
    const bare = path.replaceAll(/[*+/]/g, "") === "";
    return [
      ...(capabilities.includes("sudo") ? [`"${path}" has sudo`] : []),
      ...(capabilities.length === 0 ? [`"${path}" states no capabilities`] : []),
      ...(bare || (consumer && /[*+]/.test(path)) ? [`"${path}" is a wildcard`] : []),
      ...(consumer && !ofPeople && ofVaultItself.test(path) ? [`"${path}" is of Vault itself`] : []),
      ...(ofPeople && decidesRights.test(path) && capabilities.some((name) => !readOnly.includes(name))
        ? [`"${path}" lets people change what they may do`]
        : []),
      ...(consumer && isData(path) && capabilities.join() !== "read"
        ? [`"${path}" has ${capabilities.join(", ")}`]
        : []),
    ];
  }),
};

/** Whether a path is that of a secret in a KV engine, or of credentials that an engine makes. */
function isData(path: string): boolean {
  return /^[^/]+\/(data|creds)\//.test(path);
}
