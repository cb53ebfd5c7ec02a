import { listOf, objectOf, resources, shown } from "../blocks";
import { forEach, type Rule } from "../rule";

/** Issuers that sign for the whole world: only a condition tells whose token it is. */
const githubIssuer = "https://token.actions.githubusercontent.com";

/** What a condition must compare, each with one value. */
const claims = ["repository", "repository_owner_id"];

export const ownFederation: Rule = {
  id: "IAM-03",
  reason: "an issuer signs tokens for everybody's jobs, so a pool without a condition lets everybody in",
  remedy: "make the pool by GithubFederation, which names repository, owner and environments",
  check: forEach(
    (stack) => resources(stack, ["google_iam_workload_identity_pool_provider"]),
    ({ block }) => {
      const condition = String(block.attribute_condition ?? "");
      const issuer = objectOf(listOf(block.oidc)[0] ?? block.oidc).issuer_uri;
      const missing = claims.filter(
        (claim) => !new RegExp(`(^|&& )assertion\\.${claim} == '[^']+'($| &&)`).test(condition),
      );
      const mapping = objectOf(block.attribute_mapping);
      return [
        ...(issuer === githubIssuer ? [] : [`issuer_uri is ${shown(issuer)}`]),
        ...missing.map((claim) => `attribute_condition does not ask for one ${claim}`),
        ...(/assertion\.environment in \['[^\]]+'\]/.test(condition)
          ? []
          : ["attribute_condition names no environments"]),
        ...(/\.sub\b/.test(JSON.stringify(mapping)) || /\.sub\b/.test(condition)
          ? ["looks at sub, whose form GitHub changes"]
          : []),
      ];
    },
  ),
};
