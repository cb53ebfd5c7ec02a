import * as z from "zod";
import { type Cidr, cidr } from "./cidr";
import { list, strict, text, unionComplaint } from "./field";
import type { Target } from "./target";

/** Where the secrets of an environment may come from. */
const secretSourceKinds = ["vault", "google-secret-manager", "onepassword"] as const;

/** Where secrets come from, in an environment file. */
export const secretSourceInput = z.discriminatedUnion(
  "kind",
  [
    strict({ kind: z.literal("vault") }),
    strict({ kind: z.literal("google-secret-manager") }),
    strict({
      kind: z.literal("onepassword"),
      connectHost: text(
        /^https:\/\/[\w.-]+(:\d+)?$/,
        "an https:// address of a Connect server, without user, path or query",
        (given) =>
          String(given).startsWith("http://")
            ? `did you mean ${String(given).replace("http:", "https:")}?`
            : "write it as https://connect.example.com",
      ),
      cidrs: list(cidr(), "IPv4 ranges"),
      vaults: list(
        text(
          /^[^\s/]([^/]*[^\s/])?$/,
          "the name or id of a 1Password vault, without slashes",
          "copy it from 1Password",
        ),
        "vaults",
      ),
    }),
  ],
  unionComplaint("kind", secretSourceKinds),
);

/**
 * Where the secrets of an environment come from. Vault is there in any case, for certificates and short-lived database
 * credentials; the choice is about stored values.
 */
export type SecretSourceChoice =
  /** Terraform writes them into Vault. */
  | { readonly kind: "vault" }
  /** Terraform writes them into Google's Secret Manager; environments on Google Cloud only. */
  | { readonly kind: "google-secret-manager"; readonly project: string }
  /** People keep them in 1Password, and nothing of this project writes there. */
  | {
      readonly kind: "onepassword";
      /** Address of the Connect server; its certificate must be publicly signed. */
      readonly connectHost: string;
      /** Addresses of the Connect server, as network policies see them. */
      readonly cidrs: readonly Cidr[];
      /** 1Password vaults, in the order in which items are looked for. */
      readonly vaults: readonly string[];
    };

/** Fills in Vault, and the project of the target: a secret lives where its environment does (rule TF-06). */
export function resolveSecretSource(
  given: z.output<typeof secretSourceInput> | undefined,
  target: Target,
): SecretSourceChoice {
  if (given?.kind !== "google-secret-manager") return given ?? { kind: "vault" };
  // On a laptop the source is refused by its check, so the empty name never leaves the schema.
  return { kind: given.kind, project: target.kind === "gke" ? target.project : "" };
}
