import { type CheckedStack, PolicyError, runRules } from "../../policies";
import type { StackJson } from "../../stacks/stack-json";
import byOidc from "../fixtures/environments/valid/people-by-oidc";
import withPasswords from "../fixtures/environments/valid/people-with-passwords";
import { laptop, reviewedCloud } from "../support/fixture-environments";
import { type SynthesizedStack, synthesizedEnvironments } from "../support/synthesized-platform";

const oidc = synthesizedEnvironments([reviewedCloud(byOidc as never)]);
const userpass = synthesizedEnvironments([laptop(withPasswords as never)]);

const resources = (stacks: readonly SynthesizedStack[]) =>
  stacks.find(({ layer }) => layer === "secrets")?.json.resource ?? {};

const policies = (stacks: readonly SynthesizedStack[]) =>
  Object.values(resources(stacks).vault_policy ?? {}).map((block) => block as { name: string; policy: string });

/** What the rules find; that one environment alone has not all that rules and exceptions are about is none of it. */
function findings(stacks: readonly CheckedStack[]): readonly string[] {
  try {
    runRules(stacks);
    return [];
  } catch (error) {
    const problems = error instanceof PolicyError ? error.problems : [String(error)];
    return problems.filter((problem) => !/applied to nothing|matches nothing/.test(problem));
  }
}

/** The stacks with a policy of people changed. */
function changed(before: string, after: string): readonly CheckedStack[] {
  return oidc.map((stack) => {
    if (stack.layer !== "secrets") return stack;
    const text = JSON.stringify(stack.json);
    expect(text).toContain(before);
    return { ...stack, json: JSON.parse(text.replaceAll(before, after)) as StackJson };
  });
}

describe("people of an environment", () => {
  it.each([
    ["OIDC", oidc],
    ["passwords", userpass],
  ])("keep every rule with %s", (_, stacks) => expect(findings(stacks)).toEqual([]));

  it("give a finding with a wildcard, with sudo, and with a right to change rights", () => {
    const path = (name: string) => `path \\"${name}\\" {\\n  capabilities = [\\"read\\"]`;
    const wide = changed(path("sys/mounts"), path("sys/*"));
    expect(findings(wide)).toContainEqual(
      expect.stringMatching(/^VCF-07 .*People_AuditorPolicy .*"sys\/\*" is a wildcard/),
    );
    const sudo = changed(path("sys/auth"), path("sys/auth").replace("read", "sudo"));
    expect(findings(sudo)).toContainEqual(expect.stringMatching(/^VCF-07 .*People_AdminPolicy .*"sys\/auth" has sudo/));
    const mighty = changed(
      path("sys/policies/acl/people-admin"),
      path("sys/policies/acl/people-admin").replace("read", "update"),
    );
    expect(findings(mighty)).toContainEqual(expect.stringContaining("lets people change what they may do"));
  });

  it("log in by the environment's provider, groups as named", () => {
    const made = resources(oidc);
    expect(Object.values(made.vault_jwt_auth_backend_role ?? {})).toMatchObject([
      { bound_audiences: ["vault"], groups_claim: "groups", user_claim: "sub" },
    ]);
    expect(Object.keys(made.vault_identity_group ?? {})).toEqual([
      "People_GroupAuditors",
      "People_GroupKeepers",
      "People_GroupOnCall",
      "People_GroupPlatformAdmins",
    ]);
  });

  it("read exactly the values that the environment's services have, but no administrator of a database", () => {
    const [reader] = policies(oidc).filter(({ name }) => name === "people-secrets-reader");
    const read = [...(reader?.policy ?? "").matchAll(/path "(\S+)\/data\/(\S+)"/g)].map(([, , path]) => path);
    const written = Object.values(resources(oidc).vault_kv_secret_v2 ?? {}).map(({ name }) => name);
    const ofPlatform = written.filter((path) => String(path).startsWith("database-engine/"));
    expect(read.length).toBeGreaterThan(1);
    expect(ofPlatform.length).toBeGreaterThan(0);
    expect([...read, ...ofPlatform].sort()).toEqual([...written].sort());
  });

  it("have no way in that nobody asked for", () => {
    const made = resources(synthesizedEnvironments([laptop()]));
    expect(Object.keys(made)).toContain("vault_policy");
    expect(Object.keys(made).filter((type) => /^vault_(auth_backend|identity|jwt)/.test(type))).toEqual([]);
  });

  it("can be made by Terraform's role, which has just the paths for it", () => {
    const [stack] = userpass.filter(({ layer }) => layer === "vault");
    const maps = Object.values(stack?.json.resource?.kubernetes_config_map_v1 ?? {});
    const document = maps
      .map(({ data }) => (data as Readonly<Record<string, string>>)["vault-config.json"])
      .find((text) => text !== undefined);
    const { policies: written } = JSON.parse(document ?? "{}") as { policies: { name: string; rules: string }[] };
    const rules = written.find(({ name }) => name === "terraform")?.rules ?? "";
    for (const path of [
      "sys/auth/oidc",
      "sys/auth/userpass",
      "auth/oidc/role/person",
      "identity/group",
      "auth/oidc/config",
    ]) {
      expect(rules).toContain(`path "${path}"`);
    }
    expect(rules).not.toMatch(/path "(sys\/auth\/\*|auth\/\*|identity\/\*)"/);
  });
});
