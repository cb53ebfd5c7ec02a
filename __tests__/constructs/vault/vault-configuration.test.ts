import { Policy } from "@cdktf/provider-vault/lib/policy";
import { generated, keyOf, provided } from "../../../constructs/secrets";
import { type DeploySettingsProps, PlatformError } from "../../../constructs/terraform";
import { VaultSecrets } from "../../../constructs/vault";
import { testStack } from "../../support/test-stack";
import { all, type Block, documentOf, only, reference, where } from "../gke/synthesized";

function vaultSecrets(props?: ConstructorParameters<typeof VaultSecrets>[2], settings?: DeploySettingsProps) {
  const stack = testStack(settings);
  return { stack, secrets: new VaultSecrets(stack, "Secrets", props) };
}

type Resources = Readonly<Record<string, Readonly<Record<string, Block>>>>;

describe("audit devices (VCF-04)", () => {
  it("are two, with different sinks", () => {
    const devices = all(vaultSecrets().stack, "vault_audit");
    expect(devices.map(({ type }) => type)).toEqual(["file", "file"]);
    expect(new Set(devices.map(({ path }) => path)).size).toBe(2);
    expect(devices.map(({ options }) => options)).toEqual([
      { file_path: "/vault/audit/audit.log" },
      { file_path: "stdout" },
    ]);
  });

  it("are there before everything else that the stack configures in Vault, whoever adds it", () => {
    const { stack, secrets } = vaultSecrets();
    const a = secrets.secret("a", { key: generated() }, { owner: "somebody" });
    secrets.grantRead(a, { namespace: "lake", serviceAccount: "reader" });
    const own = new Policy(stack, "Added", { name: "added", policy: "", dependsOn: [...secrets.first] });
    new Policy(stack, "Other", { name: "other", policy: "", dependsOn: [own] });
    const resources = (documentOf(stack).resource ?? {}) as Resources;
    const devices = Object.keys(resources.vault_audit ?? {}).map((id) => `vault_audit.${id}`);
    expect(devices).toHaveLength(2);
    const others = Object.entries(resources).filter(([type]) => type.startsWith("vault_") && type !== "vault_audit");
    expect(others.map(([type]) => type)).toEqual(expect.arrayContaining(["vault_mount", "vault_policy"]));
    for (const block of others.flatMap(([, blocks]) => Object.values(blocks))) {
      const dependsOn = block.depends_on as string[];
      expect(dependsOn).toEqual(expect.arrayContaining(devices));
      expect(new Set(dependsOn).size).toBe(dependsOn.length);
    }
    expect(where(stack, "vault_policy", "name", "other").depends_on).toContain("vault_policy.Added");
  });

  it("are left to the server's configuration where the API does not make them", () => {
    const { stack, secrets } = vaultSecrets({ auditByApi: false });
    secrets.secret("a", { key: generated() });
    expect(all(stack, "vault_audit")).toEqual([]);
    expect(secrets.first).toEqual([]);
    expect(only(stack, "vault_kv_secret_v2")).not.toHaveProperty("depends_on");
  });
});

test("requests are limited for all of Vault (VCF-09)", () => {
  const quota = only(vaultSecrets().stack, "vault_quota_rate_limit");
  expect(quota).toMatchObject({ name: "global", rate: 500 });
  // With a path, it would be for that path only.
  expect(quota).not.toHaveProperty("path");
});

describe("a provided value", () => {
  const description = "token of the Git server";

  it("comes in as an ephemeral variable without a default", () => {
    const { stack, secrets } = vaultSecrets();
    secrets.secret("git", { token: provided("git_token", description) });
    const { variable } = documentOf(stack) as { variable?: unknown };
    expect(variable).toEqual({
      git_token: { type: "string", ephemeral: true, sensitive: true, nullable: false, description },
    });
    expect(only(stack, "vault_kv_secret_v2").data_json_wo).toBe(reference('jsonencode({"token" = var.git_token})'));
  });

  it("may be shared by two keys that describe it in the same words, and no others", () => {
    const { stack, secrets } = vaultSecrets();
    secrets.secret("a", { token: provided("git_token", description) });
    secrets.secret("b", { token: provided("git_token", description), other: provided("aws_key", "a key") });
    const { variable } = documentOf(stack) as { variable?: object };
    expect(Object.keys(variable ?? {}).sort()).toEqual(["aws_key", "git_token"]);
    expect(() => secrets.secret("c", { token: provided("git_token", "something else") })).toThrow(
      `test/Secrets: variable "git_token" is described as "${description}" and as "something else": ` +
        "use the same words, or another variable",
    );
    expect(all(stack, "vault_kv_secret_v2")).toHaveLength(2);
  });

  it.each(["A", "a-b", "1a", "", "count", "TF_VAR_a"])("refuses the variable %p", (variable) => {
    expect(() => vaultSecrets().secrets.secret("a", { key: provided(variable, description) })).toThrow(
      `test/Secrets: variable of "platform/a#key" is "${variable}": use lower-case letters, digits and underscores, ` +
        "starting with a letter, and no name that Terraform keeps",
    );
  });

  it("needs a description", () => {
    expect(() => vaultSecrets().secrets.secret("a", { key: provided("git_token", " ") })).toThrow(
      'test/Secrets: variable "git_token" has no description: say what its value is and where it comes from',
    );
  });
});

describe("an expression for another write-only argument", () => {
  it("is the value that Vault gets", () => {
    const { stack, secrets } = vaultSecrets();
    const ref = secrets.secret("root", { password: generated(), token: provided("root_token", "a token") });
    const [[password = ""] = []] = Object.entries(
      (documentOf(stack) as { ephemeral?: { random_password: object } }).ephemeral?.random_password ?? {},
    );
    expect(secrets.expressionOf(keyOf(ref, "password"))).toBe(
      reference(`ephemeral.random_password.${password}.result`),
    );
    expect(secrets.expressionOf(keyOf(ref, "token"))).toBe(reference("var.root_token"));
  });

  it("is refused for a key and for a secret that are not there", () => {
    const { secrets } = vaultSecrets();
    const ref = secrets.secret("root", { password: generated() });
    expect(() => secrets.expressionOf({ secret: ref, key: "other" })).toThrow(
      'test/Secrets: secret "platform/root" has no key "other": use one of password',
    );
    const elsewhere = vaultSecrets().secrets.secret("elsewhere", { key: generated() });
    expect(() => secrets.expressionOf(keyOf(elsewhere, "key"))).toThrow(
      'test/Secrets: secret "platform/elsewhere" is not declared here: declare it with secret()',
    );
  });
});

describe("metadata", () => {
  it("says who answers for a secret and how often it is rotated, apart from its data", () => {
    const { stack, secrets } = vaultSecrets();
    secrets.secret("a", { key: generated() }, { owner: "data team", rotateEvery: "90d" });
    secrets.secret("b", { key: generated() });
    expect(only(stack, "vault_generic_endpoint")).toMatchObject({
      path: "platform/metadata/a",
      data_json: '{"custom_metadata":{"owner":"data team","rotate_every":"90d"}}',
      ignore_absent_fields: true,
      disable_delete: true,
    });
    for (const block of all(stack, "vault_kv_secret_v2")) {
      // The provider cannot change it there without writing new data.
      expect(block).not.toHaveProperty("custom_metadata");
    }
  });
});

describe("a shared reader", () => {
  const shared = {
    mount: "kyuubi",
    policy: "kyuubi-policy",
    role: "kyuubi-role",
    namespace: "kyuubi",
    serviceAccount: "kyuubi-sa",
  };

  it("reads the whole mount and no other, under the promised names", () => {
    const { stack, secrets } = vaultSecrets();
    secrets.secret("database", { mariadb_password: generated() }, { mount: "kyuubi" });
    secrets.secret("other", { key: generated() });
    secrets.grantMount(shared);
    expect(only(stack, "vault_policy")).toMatchObject({
      name: "kyuubi-policy",
      policy: 'path "kyuubi/data/*" {\n  capabilities = ["read"]\n}\n',
    });
    expect(only(stack, "vault_kubernetes_auth_backend_role")).toMatchObject({
      role_name: "kyuubi-role",
      bound_service_account_names: ["kyuubi-sa"],
      bound_service_account_namespaces: ["kyuubi"],
      audience: "vault",
      token_max_ttl: 1200,
    });
    expect(secrets.inventory.map(({ readers }) => readers)).toEqual([["kyuubi/kyuubi-sa"], []]);
  });

  it("needs a mount with secrets, and a role of its own", () => {
    const { secrets } = vaultSecrets();
    expect(() => secrets.grantMount(shared)).toThrow(PlatformError);
    expect(() => secrets.grantMount(shared)).toThrow(
      'test/Secrets: role "kyuubi-role" reads mount "kyuubi", which has no secret: use one of none',
    );
    secrets.secret("database", { key: generated() }, { mount: "kyuubi" });
    secrets.grantMount(shared);
    expect(() => secrets.grantMount(shared)).toThrow(
      'test/Secrets: role "kyuubi-role" is there twice: give the shared reader another role',
    );
  });
});
