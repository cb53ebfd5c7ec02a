import type * as z from "zod";
import { agreed, field, list, oneOf, record, strict, text, wholeNumber } from "./field";
import { dnsLabel } from "./names";
import { resolveSecretSource, type SecretSourceChoice, secretSourceInput } from "./secret-source";
import type { Target } from "./target";

const part = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?";

/** Mounts of Vault that are not for stored secrets: its own, and those of its other engines. */
const takenMounts = ["auth", "cubbyhole", "identity", "sys", "database", "pki", "pki-int", "transit"];

/** Mount and path of a secret; External Secrets takes a folder `data` for a part of Vault's own paths. */
const mountAndPath = new RegExp(`^(?!(?:${takenMounts.join("|")})/)${part}/(?!data/)${part}(?:/(?!data/)${part})*$`);

const pathRule = {
  pattern: mountAndPath,
  allowed:
    "mount/path in lower-case letters, digits and hyphens, such as kyuubi/database, not in a mount of Vault's own " +
    `(${takenMounts.join(", ")}) and with no folder named data`,
  next: (given: string) => {
    const name = given.toLowerCase().replace(/[^a-z0-9/]+/g, "-");
    if (name !== given && mountAndPath.test(name)) return `did you mean ${name}?`;
    return given.includes("/") ? "use another mount or path" : `put a mount before it, such as kyuubi/${given}`;
  },
};

/** Highest version of a secret. */
export const highestVersion = 1_000_000;

/** Key of a Kubernetes Secret. */
const secretKey = {
  pattern: /^(?!\.$)(?!\.\.)[-._a-zA-Z0-9]{1,253}$/,
  allowed: "at most 253 letters, digits, hyphens, underscores and dots, and not . or a start of ..",
  next: "use a name such as access_key",
};

/** Name of a Kubernetes Secret: a DNS subdomain. */
const secretName = text(
  new RegExp(`^(?=.{1,253}$)${part}(?:\\.${part})*$`),
  "at most 253 lower-case letters, digits, hyphens and dots, with a letter or digit at both ends",
  (given) => {
    const name = String(given).toLowerCase().replaceAll("_", "-");
    return new RegExp(`^${part}(?:\\.${part})*$`).test(name) ? `did you mean ${name}?` : "use a name such as database";
  },
);

/** Names that Terraform keeps for itself. */
const takenVariables = ["source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"];

const variable = text(
  new RegExp(`^(?!(?:${takenVariables.join("|")})$)[a-z][a-z0-9_]*$`),
  "lower-case letters, digits and underscores, starting with a letter, and no name that Terraform keeps",
  (given) => {
    const name = String(given)
      .replace(/^TF_VAR_/, "")
      .toLowerCase()
      .replaceAll("-", "_");
    return /^[a-z][a-z0-9_]*$/.test(name) && !takenVariables.includes(name)
      ? `did you mean ${name}?`
      : "use a name such as github_token; it is set as TF_VAR_github_token";
  },
);

const sentence = (next: string) => text(/\S.*\S/, "a text", next);

const kinds = ["generate", "fernet", "value", "variable"] as const;

/** How the value of a key is made: exactly one of four ways. */
const value = agreed(
  strict({
    generate: wholeNumber(16, 128).optional(),
    alphabet: oneOf("alphanumeric", "full").optional(),
    fernet: field<true>({ accepts: (v): v is true => v === true, allowed: "true", next: "leave it out" }).optional(),
    value: text(/^[\s\S]*$/, "a text", "write it in quotes").optional(),
    variable: variable.optional(),
    description: sentence("say what the value is and where it comes from").optional(),
  }),
  (given) =>
    kinds.filter((kind) => given[kind] !== undefined).length === 1 &&
    (given.generate !== undefined || given.alphabet === undefined) &&
    (given.variable !== undefined) === (given.description !== undefined),
  {
    allowed: "generate with or without alphabet, or fernet, or value, or variable with description",
    next: "choose one of them",
  },
);

/** Secrets in an environment file. */
export const secretsInput = strict({
  source: secretSourceInput.optional(),
  versions: record(pathRule, wholeNumber(1, highestVersion), "secrets with their versions").optional(),
  declared: record(
    pathRule,
    strict({
      keys: agreed(record(secretKey, value, "keys"), (keys) => Object.keys(keys).length > 0, {
        allowed: "at least one key with how its value is made",
        next: "add a key such as password: { generate: 32 }",
      }),
      copies: list(
        strict({
          namespace: dnsLabel(),
          name: secretName,
          keys: list(text(secretKey.pattern, secretKey.allowed, "use a key of the secret"), "keys").optional(),
          follows: oneOf("reloader", "nobody").optional(),
        }),
        "copies",
      ).optional(),
      owner: sentence("name who answers for the secret").optional(),
      rotateEvery: text(/^[1-9]\d*[dh]$/, "days or hours such as 90d", "write it as 90d").optional(),
    }),
    "secrets",
  ).optional(),
  sharedReaders: list(
    strict({
      mount: dnsLabel(),
      policy: dnsLabel(),
      role: dnsLabel(),
      namespace: dnsLabel(),
      serviceAccount: dnsLabel(),
    }),
    "shared readers",
  ).optional(),
});

export type SecretsInput = z.input<typeof secretsInput>;

/** How the value of a key of a declared secret is made. */
export type DeclaredValue =
  /** So many random characters, letters and digits unless the alphabet is full. */
  | { readonly generate: number; readonly alphabet?: "alphanumeric" | "full" }
  /** A Fernet key, as Airflow demands it. */
  | { readonly fernet: true }
  /** No secret, but it belongs beside one. */
  | { readonly value: string }
  /** Whoever runs Terraform provides it as `TF_VAR_<variable>`. */
  | { readonly variable: string; readonly description: string };

/** A Kubernetes Secret made of a declared secret. */
export interface SecretCopy {
  readonly namespace: string;
  readonly name: string;
  /**
   * Keys that are copied.
   *
   * @default - all
   */
  readonly keys?: readonly string[];
  /**
   * Who follows a rotation: the reloader restarts pods that carry its annotation. With `nobody`, rotation is refused.
   *
   * @default "reloader"
   */
  readonly follows: "reloader" | "nobody";
}

/** A secret that no service of the platform asks for by itself. */
export interface DeclaredSecret {
  readonly keys: { readonly [key: string]: DeclaredValue };
  /** Kubernetes Secrets made of it; without one it is read in Vault only. */
  readonly copies: readonly SecretCopy[];
  /**
   * Who answers for it.
   *
   * @default - nobody is named
   */
  readonly owner?: string;
  /**
   * How often it is meant to be rotated, such as `90d`.
   *
   * @default - not stated
   */
  readonly rotateEvery?: string;
}

/** A service account that reads a whole mount of Vault, under names that somebody was promised. */
export interface SharedReader {
  readonly mount: string;
  readonly policy: string;
  readonly role: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** Secrets of an environment beside those that its services ask for. */
export interface Secrets {
  readonly source: SecretSourceChoice;
  /** Version by mount and path, such as `platform/postgres/nessie`: raising it rotates the secret. 1 where none is named. */
  readonly versions: { readonly [mountAndPath: string]: number };
  /** By mount and path, such as `kyuubi/database`. */
  readonly declared: { readonly [mountAndPath: string]: DeclaredSecret };
  readonly sharedReaders: readonly SharedReader[];
}

/** Fills in what is not given. */
export function resolveSecrets(given: z.output<typeof secretsInput> | undefined, target: Target): Secrets {
  return {
    source: resolveSecretSource(given?.source, target),
    versions: given?.versions ?? {},
    declared: Object.fromEntries(
      Object.entries(given?.declared ?? {}).map(([path, { keys, copies = [], ...rest }]) => [
        path,
        {
          ...rest,
          // A value with none or two of the ways is refused, so each has one.
          keys: keys as DeclaredSecret["keys"],
          copies: copies.map(({ follows = "reloader", ...copy }) => ({ ...copy, follows })),
        },
      ]),
    ),
    sharedReaders: given?.sharedReaders ?? [],
  };
}
