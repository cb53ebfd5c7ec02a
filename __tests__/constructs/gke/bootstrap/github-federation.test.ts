import { GithubFederation } from "../../../../constructs/gke/bootstrap/github-federation";
import { emptyStack, only } from "../synthesized";

function federation() {
  const stack = emptyStack();
  const made = new GithubFederation(stack, "Github", {
    project: "example-dev",
    pool: "github-gke-dev",
    repository: "example-dev/data-platform",
    ownerId: "1234567",
    branch: "main",
    anyBranch: ["gke-dev-plan"],
    branchOnly: ["gke-dev", "gke-dev-images"],
  });
  return { made, provider: only(stack, "google_iam_workload_identity_pool_provider") };
}

/** What GitHub says of a job of a pull request that plans. */
const planning = {
  repository: "example-dev/data-platform",
  repository_owner_id: "1234567",
  environment: "gke-dev-plan",
  ref: "refs/pull/7/merge",
};

/** The condition, which is JavaScript but for two words, decided for a job. */
function letsIn(job: Partial<typeof planning>): boolean {
  const text = String(federation().provider.attribute_condition)
    .replaceAll(" == ", " === ")
    .replace(/(assertion\.\w+) in (\[[^\]]*\])/g, "$2.includes($1)");
  return Boolean(new Function("assertion", `return ${text}`)({ ...planning, ...job }));
}

describe("the way in for GitHub's jobs", () => {
  it("is open to plans of any branch of the repository", () => {
    expect(letsIn({})).toBe(true);
    expect(letsIn({ ref: "refs/heads/main" })).toBe(true);
  });

  it("is open to what changes something from one branch", () => {
    expect(letsIn({ environment: "gke-dev", ref: "refs/heads/main" })).toBe(true);
    expect(letsIn({ environment: "gke-dev-images", ref: "refs/heads/main" })).toBe(true);
  });

  it.each([
    ["another repository", { repository: "example-dev/other" }],
    ["a later owner of the same name", { repository_owner_id: "7654321" }],
    ["a pull request that would apply", { environment: "gke-dev" }],
    ["a tag with the branch's name", { environment: "gke-dev", ref: "refs/tags/main" }],
    ["a pull request that would publish", { environment: "gke-dev-images" }],
    ["another environment", { environment: "gke-prod", ref: "refs/heads/main" }],
  ])("is closed to %s", (_, job) => {
    expect(letsIn(job)).toBe(false);
  });

  it("asks GitHub who signed the token, and keeps names short enough for audit logs", () => {
    const { provider } = federation();
    expect(provider.oidc).toEqual({ issuer_uri: "https://token.actions.githubusercontent.com" });
    expect(provider.attribute_mapping).toMatchObject({ "attribute.environment": "assertion.environment" });
    expect(JSON.stringify(provider.attribute_mapping)).not.toContain("assertion.sub");
  });

  it("names the jobs of one environment", () => {
    expect(federation().made.jobsOf("gke-dev")).toMatch(
      /^principalSet:\/\/iam\.googleapis\.com\/.+\/attribute\.environment\/gke-dev$/,
    );
  });
});
