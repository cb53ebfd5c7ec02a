import { type AddressedBlock, resources } from "../blocks";
import { type CheckedStack, forEach, type Item, type Rule } from "../rule";

/** Uses the key, and looks at it when Vault starts. */
const needed = ["roles/cloudkms.cryptoKeyEncrypterDecrypter", "roles/cloudkms.viewer"];

/** Grants that reach further than one key. */
const wide = /^google_(project|folder|organization)_iam_|^google_kms_key_ring_iam_/;

interface Subject extends Item {
  readonly problems: readonly string[];
}

export const oneKey: Rule = {
  id: "VLT-05",
  reason: "who may use every key of a project opens what others have sealed",
  remedy:
    "grant encrypterDecrypter and viewer on the key that seals Vault by VaultSealAccount, and use of keys nowhere else",
  check: forEach(subjects, ({ problems }) => problems),
};

function subjects(stack: CheckedStack): readonly Subject[] {
  const wideGrants = resources(stack, wide).map((grant) => ({
    address: grant.address,
    problems: usesKeys(grant) ? [`gives ${grant.block.role} on more than one key`] : [],
  }));
  const grants = resources(stack, ["google_kms_crypto_key_iam_member"]).filter((grant) => isSealKey(stack, grant));
  if (stack.layer !== "bootstrap") {
    const elsewhere = grants.map(({ address }) => ({
      address,
      problems: [`is made in the layer ${stack.layer}, whose identity could open Vault with such a right`],
    }));
    return [...wideGrants, ...elsewhere];
  }
  const members = new Map<string, readonly AddressedBlock[]>();
  for (const grant of grants) {
    const member = String(grant.block.member);
    members.set(member, [...(members.get(member) ?? []), grant]);
  }
  const seals = [...members].map(([member, list]) => sealProblems(member, list));
  const none = [{ address: "google_kms_crypto_key_iam_member", problems: ["nobody may use the key that seals Vault"] }];
  return [...wideGrants, ...(seals.length === 0 ? none : seals)];
}

/** Whether a grant is on the key that seals Vault: by its name, or by a reference to the resource that makes it. */
function isSealKey(stack: CheckedStack, { block }: AddressedBlock): boolean {
  const key = String(block.crypto_key_id);
  const [, name = ""] = /^\$\{google_kms_crypto_key\.([\w-]+)\.id\}$/.exec(key) ?? [];
  return key.endsWith("/vault-unseal") || stack.json.resource?.google_kms_crypto_key?.[name]?.name === "vault-unseal";
}

function sealProblems(member: string, grants: readonly AddressedBlock[]): Subject {
  const roles = grants.map(({ block }) => String(block.role));
  return {
    address: grants[0]?.address ?? "",
    problems: [
      ...(/google_service_account\.VaultSeal\.member|^serviceAccount:[^@]+-vault@/.test(member)
        ? []
        : [`${member} is not the account of the Vault servers`]),
      ...needed.filter((role) => !roles.includes(role)).map((role) => `its account has no ${role} on the key`),
      ...roles.filter((role) => !needed.includes(role)).map((role) => `its account has ${role} on the key too`),
    ],
  };
}

function usesKeys({ block }: AddressedBlock): boolean {
  return /^roles\/cloudkms\.(admin|cryptoKey|cryptoOperator|expert)/.test(String(block.role));
}
