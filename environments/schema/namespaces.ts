import type * as z from "zod";
import { record, strict, truth } from "./field";
import { dnsLabel } from "./names";

/** Namespaces beside those that services bring, and accounts in any of them, in an environment file. */
export const namespacesInput = record(
  {
    pattern: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    allowed: "a namespace: lower-case letters, digits and hyphens, starting with a letter, at most 63 characters",
    next: "use a name such as data-platform",
  },
  strict({
    account: strict({
      name: dnsLabel(),
      role: truth().optional(),
      readsSecrets: truth().optional(),
    }).optional(),
  }),
  "namespaces",
);

/** An account for people and programs that look into a namespace. */
export interface NamespaceAccount {
  readonly name: string;
  /** Whether it has a Role that lets it see pods, services and config maps. */
  readonly role: boolean;
  /** Whether that Role shows secrets too. */
  readonly readsSecrets: boolean;
}

/** A namespace that the environment names itself. */
export interface NamespaceSettings {
  /** @default - none */
  readonly account?: NamespaceAccount;
}

/** Namespaces of the environment's own, by name. */
export type Namespaces = { readonly [name: string]: NamespaceSettings };

/** An account sees pods, services and config maps, and no secrets, unless it is said otherwise. */
export function resolveNamespaces(input: z.output<typeof namespacesInput> | undefined): Namespaces {
  return Object.fromEntries(
    Object.entries(input ?? {}).map(([name, { account }]) => [
      name,
      account
        ? {
            account: {
              name: account.name,
              role: account.role ?? true,
              readsSecrets: account.readsSecrets ?? false,
            },
          }
        : {},
    ]),
  );
}
