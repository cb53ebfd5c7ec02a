import { generated } from "../../../../constructs/secrets";
import { type OidcLogin, VaultPeople, VaultSecrets } from "../../../../constructs/vault";
import { testStack } from "../../../support/test-stack";
import { all, type Block, only, where } from "../../gke/synthesized";

const login: OidcLogin = {
  clientId: "vault",
  groupsClaim: "groups",
  userClaim: "sub",
  scopes: ["groups"],
  groups: { "platform-admins": "admin", "on call": "operator", keepers: "secrets-reader", auditors: "auditor" },
};

function people(props: { readonly oidc?: OidcLogin; readonly userpass?: boolean }) {
  const stack = testStack();
  const secrets = new VaultSecrets(stack, "Secrets");
  const ref = secrets.secret("postgres/nessie", { password: generated() });
  new VaultPeople(stack, "People", { ...props, secrets: () => secrets.inventory.map((entry) => entry.ref) });
  // Later layers ask for secrets after the people have been declared.
  secrets.secret("aws", { key: generated() }, { mount: "kyuubi" });
  secrets.secret("database-engine/postgres", { password: generated() });
  secrets.grantRead(ref, { namespace: "lake", serviceAccount: "vault-reader" });
  return stack;
}

type Paths = Readonly<Record<string, readonly string[]>>;

/** Paths of a role's policy with what is allowed there. */
function policyOf(role: string): Paths {
  const { policy } = where(people({ oidc: login }), "vault_policy", "name", `people-${role}`);
  const found = [...String(policy).matchAll(/path "([^"]+)" \{\n {2}capabilities = (\[[^\]]*\])\n\}/g)];
  expect(found.length).toBeGreaterThan(2);
  return Object.fromEntries(
    found.map(([, path = "", capabilities = "[]"]) => [path, JSON.parse(capabilities) as readonly string[]]),
  );
}

const roles = ["auditor", "operator", "admin", "secrets-reader"];

describe("login by OIDC", () => {
  it("is one role, for one client, with a way back to the command line and tokens of an hour", () => {
    expect(only(people({ oidc: login }), "vault_jwt_auth_backend_role")).toMatchObject({
      role_name: "person",
      role_type: "oidc",
      bound_audiences: ["vault"],
      user_claim: "sub",
      groups_claim: "groups",
      oidc_scopes: ["groups"],
      allowed_redirect_uris: ["http://localhost:8250/oidc/callback"],
      token_ttl: 3600,
      token_max_ttl: 8 * 3600,
    });
  });

  it("is for members of the named groups only", () => {
    expect(only(people({ oidc: login }), "vault_jwt_auth_backend_role")).toMatchObject({
      bound_claims: { groups: "auditors,keepers,on call,platform-admins" },
    });
  });

  it("takes a claim with a slash at the front for a path into the token", () => {
    const role = (userClaim: string) =>
      only(people({ oidc: { ...login, userClaim } }), "vault_jwt_auth_backend_role").user_claim_json_pointer;
    expect([role("sub"), role("/person/id")]).toEqual([undefined, true]);
  });

  it("gives each group the policy of its role, by an alias of the method", () => {
    const stack = people({ oidc: login });
    const granted = all(stack, "vault_identity_group").map(({ name, type, policies }) => {
      const [, policy = ""] = /vault_policy\.\w*?_(\w+?)Policy/.exec(String(policies)) ?? [];
      return [name, type, policy];
    });
    expect(granted.sort()).toEqual([
      ["auditors", "external", "Auditor"],
      ["keepers", "external", "SecretsReader"],
      ["on call", "external", "Operator"],
      ["platform-admins", "external", "Admin"],
    ]);
    const aliases = all(stack, "vault_identity_group_alias");
    expect(aliases.map(({ name }) => name).sort()).toEqual(["auditors", "keepers", "on call", "platform-admins"]);
    for (const { mount_accessor, canonical_id, name } of aliases) {
      expect(mount_accessor).toMatch(/vault_auth_backend\.\w*Oidc\w*\.accessor/);
      expect(canonical_id).toContain(
        `Group${String(name)
          .split(/\W/)[0]
          ?.replace(/^./, (first) => first.toUpperCase())}`,
      );
    }
  });

  it("leaves the client and its secret to a command, as Terraform would keep the secret in its state", () => {
    const stack = people({ oidc: login });
    expect(only(stack, "vault_auth_backend")).toMatchObject({ type: "oidc", path: "oidc" });
    expect(all(stack, "vault_jwt_auth_backend")).toEqual([]);
    expect(JSON.stringify(all(stack, "vault_auth_backend"))).not.toContain("client");
  });

  it("makes only the policies that a group needs", () => {
    const stack = people({ oidc: { ...login, groups: { admins: "admin" } } });
    const names = all(stack, "vault_policy").map(({ name }) => name);
    expect(names.filter((name) => String(name).startsWith("people-"))).toEqual(["people-admin"]);
  });

  it("refuses no groups, and two groups that would have one address", () => {
    expect(() => people({ oidc: { ...login, groups: {} } })).toThrow("the login by OIDC has no groups");
    expect(() => people({ oidc: { ...login, groups: { "on-call": "admin", "on call": "auditor" } } })).toThrow(
      'the groups "on call" and "on-call" have the same address "OnCall"',
    );
  });
});

describe("policies of people", () => {
  it.each(roles)("name exact paths for %s, without wildcard and without sudo", (role) => {
    for (const [path, capabilities] of Object.entries(policyOf(role))) {
      expect(path).not.toMatch(/[*+]/);
      expect(capabilities).not.toContain("sudo");
    }
  });

  it.each(roles)("let %s change no policy, no role and no login", (role) => {
    const changing = Object.entries(policyOf(role)).filter(
      ([path, capabilities]) =>
        /^(sys\/(policies|auth|mounts|audit)|auth\/(kubernetes|oidc|userpass)|identity)/.test(path) &&
        capabilities.some((capability) => !["read", "list"].includes(capability)),
    );
    expect(changing).toEqual([]);
  });

  it("let one role read values, of every secret but those by which the platform has its rights", () => {
    const readsValues = roles.filter((role) => Object.keys(policyOf(role)).some((path) => path.includes("/data/")));
    expect(readsValues).toEqual(["secrets-reader"]);
    expect(policyOf("secrets-reader")).toEqual({
      "auth/token/lookup-self": ["read"],
      "kyuubi/metadata/": ["list"],
      "platform/metadata/": ["list"],
      "platform/metadata/database-engine/": ["list"],
      "platform/metadata/postgres/": ["list"],
      "kyuubi/data/aws": ["read"],
      "platform/data/postgres/nessie": ["read"],
    });
  });

  it("let an auditor see metadata, policies and roles, those of later layers too", () => {
    expect(policyOf("auditor")).toMatchObject({
      "kyuubi/metadata/aws": ["read"],
      "platform/metadata/postgres/nessie": ["read"],
      "sys/policies/acl": ["list"],
      "sys/policies/acl/lake-vault-reader": ["read"],
      "sys/policies/acl/people-admin": ["read"],
      "auth/kubernetes/role/lake-vault-reader": ["read"],
    });
  });

  it("build on each other: an operator takes snapshots and ends leases, an admin ends tokens", () => {
    const [auditor, operator, admin] = ["auditor", "operator", "admin"].map(policyOf) as [Paths, Paths, Paths];
    const added = (more: Paths, less: Paths) => Object.keys(more).filter((path) => !(path in less));
    expect(operator).toMatchObject(auditor);
    expect(admin).toMatchObject(operator);
    expect(added(operator, auditor)).toContain("sys/storage/raft/snapshot");
    expect(added(operator, auditor)).toContain("sys/leases/revoke");
    expect(added(admin, operator)).toContain("auth/token/revoke-accessor");
  });
});

describe("users with passwords", () => {
  it("have a method with short tokens and every role's policy, and no user in Terraform", () => {
    const stack = people({ userpass: true });
    expect(only(stack, "vault_auth_backend")).toMatchObject({
      type: "userpass",
      tune: [{ default_lease_ttl: "3600s", max_lease_ttl: "28800s", listing_visibility: "hidden" }],
    });
    const names = all(stack, "vault_policy").map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(roles.map((role) => `people-${role}`)));
    expect(all(stack, "vault_generic_endpoint")).toEqual([]);
  });

  it("are there only when asked for, and no way at all is refused", () => {
    expect(all(people({ oidc: login }), "vault_auth_backend")).toHaveLength(1);
    expect(() => people({})).toThrow("there is no way to log in");
  });
});

it("makes the audit devices first of all", () => {
  const stack = people({ oidc: login, userpass: true });
  const made: readonly Block[] = [...all(stack, "vault_auth_backend"), ...all(stack, "vault_identity_group")];
  expect(made).toHaveLength(6);
  for (const { depends_on } of made) {
    expect((depends_on as readonly string[]).filter((address) => address.startsWith("vault_audit."))).toHaveLength(2);
  }
});
