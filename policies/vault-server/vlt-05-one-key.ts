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
  remedy: "grant encrypterDecrypter and viewer on the key that seals Vault, and use of keys nowhere else",
  check: forEach(subjects, ({ problems }) => problems),
};

function subjects(stack: CheckedStack): readonly Subject[] {
  const wideGrants = resources(stack, wide).map((grant) => ({
    address: grant.address,
    problems: usesKeys(grant) ? [`gives ${grant.block.role} on more than one key`] : [],
  }));
  const grants = resources(stack, ["google_kms_crypto_key_iam_member"]).filter(({ block }) =>
    String(block.crypto_key_id).endsWith("/vault-unseal"),
  );
  const members = new Map<string, readonly AddressedBlock[]>();
  for (const grant of grants) {
    const member = String(grant.block.member);
    members.set(member, [...(members.get(member) ?? []), grant]);
  }
  const seals = stack.layer === "cluster" ? [...members.values()].map(sealProblems) : [];
  const none =
    stack.layer === "cluster" && seals.length === 0
      ? [{ address: "google_kms_crypto_key_iam_member", problems: ["nobody may use the key that seals Vault"] }]
      : [];
  return [...wideGrants, ...seals, ...none];
}

function sealProblems(grants: readonly AddressedBlock[]): Subject {
  const roles = grants.map(({ block }) => String(block.role));
  return {
    address: grants[0]?.address ?? "",
    problems: [
      ...needed.filter((role) => !roles.includes(role)).map((role) => `its account has no ${role} on the key`),
      ...roles.filter((role) => !needed.includes(role)).map((role) => `its account has ${role} on the key too`),
    ],
  };
}

function usesKeys({ block }: AddressedBlock): boolean {
  return /^roles\/cloudkms\.(admin|cryptoKey|cryptoOperator|expert)/.test(String(block.role));
}
