import type * as z from "zod";
import { list, strict, text } from "../field";
import type { Tier } from "./tiers";

const mail = "[A-Za-z0-9._%+'-]+@([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}";

/** Somebody known by a mail address; never everybody, nor all of a domain. */
const operator = text(
  new RegExp(`^(group|user|serviceAccount):${mail}$`),
  "a member such as group:platform@example.com, user:… or serviceAccount:…",
  (given) =>
    /^[^:@\s]+@[^:@\s]+$/.test(String(given))
      ? `did you mean group:${String(given)}?`
      : "copy the address from Google's groups, with the kind in front",
);

const name = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?";

const github = strict({
  repository: text(
    new RegExp(`^${name}/[A-Za-z0-9._-]{1,100}$`),
    "the owner and the name of a repository, such as example-dev/data-platform",
    (given) =>
      /^https:\/\/github\.com\//.test(String(given))
        ? `did you mean ${String(given).replace(/^https:\/\/github\.com\/([^/]+\/[^/]+?)(\.git)?\/?$/, "$1")}?`
        : "copy it from the repository's address, without github.com",
  ),
  ownerId: text(
    /^[1-9]\d{0,15}$/,
    "the number of the owner in quotes, such as 1234567",
    "copy it from `gh api users/<owner> --jq .id`",
  ),
  branch: text(
    /^(?!refs\/)[A-Za-z0-9]([A-Za-z0-9._/-]{0,98}[A-Za-z0-9])?$/,
    "a branch such as main",
    "write it without refs/heads/",
  ).optional(),
});

/** Of who may act for the environment before any of its stacks is there, in an environment file. */
export const bootstrapInput = strict({
  operators: list(operator, "members").optional(),
  ci: strict({ github }).optional(),
});

/** Jobs of GitHub that may plan, apply and publish images, each in a GitHub environment of its own. */
export interface GithubCi {
  /** `<owner>/<name>`. */
  readonly repository: string;
  /** Number of the owner, which no later owner of the same name has. */
  readonly ownerId: string;
  /**
   * Branch whose jobs may apply and publish.
   *
   * @default main
   */
  readonly branch: string;
}

/** Who may act for the environment before any of its stacks is there, with every default filled in. */
export interface Bootstrap {
  /**
   * People who may act as the identities that plan and apply, as members of IAM grants: `group:platform@example.com`.
   *
   * @default - nobody, until it is granted by hand
   */
  readonly operators: readonly string[];
  readonly ci: {
    /**
     * Where CI runs.
     *
     * @default - no CI may act for the environment
     */
    readonly github?: GithubCi;
  };
}

/** Fills in the defaults of a tier. */
export function resolveBootstrap(given: z.output<typeof bootstrapInput> | undefined, _tier: Tier): Bootstrap {
  const github = given?.ci?.github;
  return {
    operators: given?.operators ?? [],
    ci: github ? { github: { ...github, branch: github.branch ?? "main" } } : {},
  };
}
