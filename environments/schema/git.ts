import type * as z from "zod";
import { cidr } from "./cidr";
import { list, strict, text } from "./field";

// The forms that Flux's GitRepository takes, without user information: a secret in a URL would land in every plan.
const URL = /^(https:\/\/|ssh:\/\/(git@)?)[a-zA-Z0-9.-]+(:\d+)?(\/[\w.~-]+)+$/;
// The rules of `git check-ref-format` for one branch.
const BRANCH = /^(?![-/.])(?!.*(\.\.|\/\/|\/\.|@\{|\.lock(\/|$)))[^\s~^:?*[\\\x7f]+(?<![/.])$/;
const PATH = /^(?!\/|\.\.?(\/|$))(?!.*\/\.\.?(\/|$))[\w./-]*[\w-]$/;

function suggestUrl(given: unknown): string {
  const value = String(given);
  if (/\/\/[^/]*@/.test(value) && !value.startsWith("ssh://"))
    return "take the credentials out; they come from a secret";
  const [, host, path] = /^git@([^:/]+):(.+)$/.exec(value) ?? [];
  if (host && path) return `did you mean ssh://git@${host}/${path}?`;
  if (value.startsWith("http://")) return `did you mean ${value.replace("http:", "https:")}?`;
  return "write the whole address, such as https://github.com/example-dev/data-platform";
}

/** Where Flux finds what it reconciles. */
export const gitInput = strict({
  url: text(URL, "an https:// or ssh:// address of a Git repository", suggestUrl),
  branch: text(
    BRANCH,
    "the name of a branch, as git takes it",
    "leave out spaces, .. and the characters ~ ^ : ? * [ \\",
  ).optional(),
  path: text(PATH, "a folder inside the repository, such as gitops/kind", (given) =>
    String(given).startsWith("/")
      ? `did you mean ${String(given).replace(/^\/+/, "")}?`
      : "write it from the top of the repository",
  ).optional(),
  interval: text(
    /^(?=\d)(\d+h)?(\d+m)?(\d+s)?$/,
    "a duration such as 30s, 10m or 1h",
    "write a number with h, m or s",
  ).optional(),
  addresses: list(cidr(), "IPv4 ranges").optional(),
});

/** Where Flux finds what it reconciles, and how often it looks. */
export interface Git {
  readonly url: string;
  readonly branch: string;
  readonly path: string;
  /** A Go duration, such as `10m`. */
  readonly interval: string;
  /**
   * Ranges of the Git host, where it is in a private network: Flux reaches no other private address.
   *
   * @default - the host has a public address
   */
  readonly addresses?: readonly string[];
}

/** Fills in branch `main`, path `gitops/<environment>` and an interval of ten minutes. */
export function resolveGit(input: z.output<typeof gitInput>, environment: string): Git {
  return {
    url: input.url,
    branch: input.branch ?? "main",
    path: input.path ?? `gitops/${environment}`,
    interval: input.interval ?? "10m",
    ...(input.addresses && { addresses: input.addresses }),
  };
}
