import { pathOf, type RotationFollower, rotationObstacle, type SecretEntry } from "../constructs/secrets";
import { credentialsPath, databaseAccess, peoplePolicy } from "../constructs/vault";
import type { Environment } from "../environments/schema";
import type { PlatformStack } from "../stacks/platform-stack";
import { SecretsStack } from "../stacks/secrets";
import { section, table } from "./markdown";

/** Keys of one secret that a table shows; with more, rows are too wide to read. */
const shownKeys = 6;

/** Secrets, who may read them and who follows a rotation, users of databases, and people. */
export function secretSections(environment: Environment, stacks: readonly PlatformStack[]): readonly string[] {
  const outputs = stacks.flatMap((stack) => (stack instanceof SecretsStack ? [stack.outputs] : []));
  const inventory = outputs.flatMap(({ secrets }) => secrets.inventory);
  const databases = outputs.flatMap(({ databases }) => databases?.inventory ?? []);
  return [
    ...section(
      "Secrets and who may read them",
      keeper(environment),
      secretsTable(inventory),
      sharedReaders(environment),
    ),
    ...section(
      "Who follows a rotation",
      "`terralake vault rotate` raises a version; the next deploy writes a new value.",
      rotationTable(inventory),
    ),
    ...section("Users of databases, for a time", databases.length > 0 ? databasesTable(databases) : ""),
    ...section("People in Vault", peopleTable(environment)),
  ];
}

function keeper({ secrets: { source } }: Environment): string {
  switch (source.kind) {
    case "vault":
      return "Kept in Vault.";
    case "google-secret-manager":
      return "Kept in Google's Secret Manager.";
    case "onepassword":
      return "Kept in 1Password, where people write them.";
    default:
      return source satisfies never;
  }
}

function secretsTable(inventory: readonly SecretEntry[]): string {
  // Most environments name no owners: two empty columns would hide the rest.
  const described = inventory.some(({ owner, rotateEvery }) => owner !== undefined || rotateEvery !== undefined);
  return table(
    ["Path", "Keys", "Version", ...(described ? ["Owner", "To be rotated every"] : []), "Read by service account"],
    inventory.map(({ ref, readers, owner, rotateEvery }) => [
      code(pathOf(ref)),
      someOf(ref.keys),
      String(ref.version),
      ...(described ? [owner ?? "-", rotateEvery ?? "-"] : []),
      readers.join(", ") || "-",
    ]),
  );
}

function someOf(keys: readonly string[]): string {
  // One more is no shorter as a number.
  if (keys.length <= shownKeys + 1) return keys.join(", ");
  return `${keys.slice(0, shownKeys).join(", ")} and ${keys.length - shownKeys} more`;
}

function sharedReaders({ secrets: { sharedReaders } }: Environment): string {
  if (sharedReaders.length === 0) return "";
  const rows = sharedReaders.map(({ mount, role, policy, namespace, serviceAccount }) => [
    `everything in \`${mount}\``,
    `${namespace}/${serviceAccount}`,
    code(role),
    code(policy),
  ]);
  return `Promised by name, and so wider than one secret:\n\n${table(["Reads", "Service account", "Role", "Policy"], rows)}`;
}

function rotationTable(inventory: readonly SecretEntry[]): string {
  return table(
    ["Path", "Can be rotated", "Kubernetes Secrets made of it"],
    inventory.map((entry) => {
      const obstacle = rotationObstacle(entry);
      return [
        code(pathOf(entry.ref)),
        obstacle === undefined ? "yes" : `no: ${obstacle}`,
        entry.consumers
          .map(({ namespace, name, follows }) => `${namespace}/${name} (${followerText(follows)})`)
          .join(", ") || "-",
      ];
    }),
  );
}

function followerText(follows: RotationFollower): string {
  switch (follows.by) {
    case "reloader":
      return "pods restart";
    case "operator":
    case "reader":
      return follows.name;
    case "nobody":
      return "nobody";
    default:
      return follows satisfies never;
  }
}

function databasesTable(roles: readonly { readonly role: string; readonly readers: readonly string[] }[]): string {
  const minutes = databaseAccess.leaseSeconds / 60;
  return table(
    ["Path in Vault", `Given for ${minutes} minutes to service account`],
    roles.map(({ role, readers }) => [code(credentialsPath(role)), readers.join(", ") || "nobody yet"]),
  );
}

function peopleTable({ people: { oidc, userpass } }: Environment): string {
  if (!oidc && !userpass) return "Nobody has a login.";
  const groups = Object.entries(oidc?.groups ?? {}).map(([group, role]) => [
    `group ${group}`,
    `OIDC at ${oidc?.issuer}`,
    code(peoplePolicy(role)),
  ]);
  const users = userpass
    ? [
        [
          "users made by `terralake vault user`",
          "password",
          `\`${peoplePolicy("auditor")}\`, or the one that was chosen`,
        ],
      ]
    : [];
  return table(["Who", "Logs in by", "Policy"], [...groups, ...users]);
}

function code(text: string): string {
  return `\`${text}\``;
}
