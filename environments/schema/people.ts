import type * as z from "zod";
import { agreed, list, oneOf, record, strict, text, truth } from "./field";

/**
 * What people may do in Vault, from least to most: `auditor` sees configuration and metadata, `operator` takes snapshots
 * and ends leases too, `admin` ends tokens and removes servers too. `secrets-reader` reads values and nothing else.
 */
export const peopleRoles = ["auditor", "operator", "admin", "secrets-reader"] as const;

export type PeopleRole = (typeof peopleRoles)[number];

/** Name of a group that a claim of a role and an address of Terraform can hold. */
const group = {
  pattern: /^(?! )[\w@.:/ +-]{1,128}(?<! )$/,
  allowed: "1 to 128 letters, digits, spaces and the characters @ . : / _ + -",
  next: "name the group otherwise at the issuer",
};

/** A claim by its name, or by a path into the token. */
const claim = (next: string) =>
  text(/^(\/[\w.:~/-]+|[\w.:-]+)$/, "the name of a claim, or a path to it such as /resource/groups", next).optional();

function suggestIssuer(given: unknown): string {
  const meant = String(given)
    .replace(/^http:/, "https:")
    .replace(/\/\.well-known(\/.*)?$/, "");
  const next = "copy `issuer` from the provider's discovery document";
  return meant !== given && meant.startsWith("https://") ? `did you mean ${meant}?` : next;
}

/** People's logins in an environment file. */
export const peopleInput = strict({
  oidc: strict({
    issuer: text(
      /^https:\/\/[\w.-]+(:\d+)?(\/(?!\.well-known)[\w.~-]+)*\/?$/,
      "an https:// address without user, query or .well-known",
      suggestIssuer,
    ),
    clientId: text(/^[\w.:~/-]{1,255}$/, "the id of a client at the issuer", "copy it from the issuer"),
    groupsClaim: claim("leave it out to use groups"),
    userClaim: claim("leave it out to use sub"),
    scopes: list(
      text(/^[\w.:/-]+$/, "the name of a scope, such as groups", "leave openid out, it is always asked for"),
      "scopes",
    ).optional(),
    groups: agreed(record(group, oneOf(...peopleRoles), "groups and their roles"), (of) => Object.keys(of).length > 0, {
      allowed: "at least one group, or nobody can log in",
      next: 'add one such as "platform-admins": "admin"',
    }),
  }).optional(),
  userpass: truth().optional(),
});

/** Login with an account of an identity provider. */
export interface Oidc {
  /** Address of the provider; its discovery document is below it. */
  readonly issuer: string;
  /** Vault's client at the provider. Its secret is given by `terralake vault oidc`. */
  readonly clientId: string;
  /** Claim that lists the groups of a person; beginning with a slash, a path into the token. */
  readonly groupsClaim: string;
  /** Claim that names a person for good. */
  readonly userClaim: string;
  /** Scopes to ask for beside `openid`. */
  readonly scopes: readonly string[];
  /** What the members of each group may do; who is in none of them may do nothing. */
  readonly groups: { readonly [group: string]: PeopleRole };
}

/** How people log in to Vault. */
export interface People {
  /** @default - off */
  readonly oidc?: Oidc;
  /** Users with passwords that Vault keeps; on local clusters only. */
  readonly userpass: boolean;
}

/**
 * Fills in claims. Without a word both ways are off: whoever runs a cluster has its API server, and a login that nobody
 * asked for is one more door.
 */
export function resolvePeople(given: z.output<typeof peopleInput> | undefined): People {
  const { oidc, userpass } = given ?? {};
  return {
    ...(oidc && {
      oidc: {
        issuer: oidc.issuer,
        clientId: oidc.clientId,
        groupsClaim: oidc.groupsClaim ?? "groups",
        userClaim: oidc.userClaim ?? "sub",
        scopes: oidc.scopes ?? [],
        groups: oidc.groups,
      },
    }),
    userpass: userpass ?? false,
  };
}
