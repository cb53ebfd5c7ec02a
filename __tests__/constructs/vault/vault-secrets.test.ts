import { fixed, generated, keyOf } from "../../../constructs/secrets";
import { type DeploySettingsProps, PlatformError } from "../../../constructs/terraform";
import { VaultSecrets, type VaultSecretsProps } from "../../../constructs/vault";
import { testStack } from "../../support/test-stack";
import { all, documentOf, only, reference, where } from "../gke/synthesized";

function vaultSecrets(settings?: DeploySettingsProps, props?: VaultSecretsProps) {
  const stack = testStack(settings);
  return { stack, secrets: new VaultSecrets(stack, "Secrets", props) };
}

const versioned = (versions: VaultSecretsProps["versions"]) => vaultSecrets({}, { versions });

const reader = { namespace: "lake", serviceAccount: "vault-reader" };

describe("a secret", () => {
  it("is written once by a write-only argument, made of ephemeral values and fixed ones", () => {
    const { stack, secrets } = vaultSecrets();
    const ref = secrets.secret("postgres/nessie", { username: fixed("nessie"), password: generated(24) });
    expect(ref).toEqual({ mount: "platform", path: "postgres/nessie", keys: ["password", "username"], version: 1 });
    const block = only(stack, "vault_kv_secret_v2");
    expect(block).toMatchObject({ name: "postgres/nessie", data_json_wo_version: 1, disable_read: true });
    expect(block).not.toHaveProperty("data_json");
    const { ephemeral } = documentOf(stack) as { ephemeral?: { random_password: Record<string, object> } };
    const [[password = "", args] = []] = Object.entries(ephemeral?.random_password ?? {});
    expect(args).toEqual({ length: 24, special: false });
    expect(block.data_json_wo).toBe(
      reference(`jsonencode({"password" = ephemeral.random_password.${password}.result, "username" = "nessie"})`),
    );
  });

  it("may have punctuation", () => {
    const { stack, secrets } = vaultSecrets();
    secrets.secret("a", { key: generated(64, "full") });
    const { ephemeral } = documentOf(stack) as { ephemeral?: { random_password: Record<string, object> } };
    expect(Object.values(ephemeral?.random_password ?? {})).toEqual([{ length: 64, special: true }]);
  });

  it("is written again when its version rises", () => {
    const { stack, secrets } = versioned({ "platform/a": 7 });
    expect(secrets.secret("a", { key: generated() }).version).toBe(7);
    expect(only(stack, "vault_kv_secret_v2")).toMatchObject({ data_json_wo_version: 7 });
  });

  it("is in a mount that keeps ten versions, shared by the secrets of that mount", () => {
    const { stack, secrets } = vaultSecrets();
    secrets.secret("a", { key: generated() });
    secrets.secret("b", { key: generated() });
    secrets.secret("a", { key: generated() }, { mount: "kyuubi" });
    expect(secrets.find("kyuubi/a")).toMatchObject({ mount: "kyuubi", path: "a" });
    expect(secrets.find("kyuubi/b")).toBeUndefined();
    expect(all(stack, "vault_mount").map(({ path }) => path)).toEqual(["kyuubi", "platform"]);
    expect(where(stack, "vault_mount", "path", "platform")).toMatchObject({ type: "kv", options: { version: "2" } });
    expect(all(stack, "vault_kv_secret_backend_v2")).toMatchObject([{ max_versions: 10 }, { max_versions: 10 }]);
  });

  it("cannot be destroyed by a plan unless the environment allows it", () => {
    const made = (allowDestroy: boolean) => {
      const { stack, secrets } = vaultSecrets({ allowDestroy });
      secrets.secret("a", { key: generated() });
      return stack;
    };
    expect(only(made(false), "vault_mount")).toMatchObject({ lifecycle: { prevent_destroy: true } });
    expect(only(made(false), "vault_kv_secret_v2")).toMatchObject({ delete_all_versions: false });
    expect(only(made(true), "vault_mount")).not.toHaveProperty("lifecycle");
    expect(only(made(true), "vault_kv_secret_v2")).toMatchObject({ delete_all_versions: true });
  });

  it("needs a key", () => {
    const { secrets } = vaultSecrets();
    expect(() => secrets.secret("a", {})).toThrow(PlatformError);
    expect(() => secrets.secret("a", {})).toThrow(
      'test/Secrets: secret "platform/a" has no keys: name at least one key and how its value is made',
    );
  });

  it("has a path of its own", () => {
    const { secrets } = vaultSecrets();
    secrets.secret("a", { key: generated() });
    expect(() => secrets.secret("a", { other: generated() })).toThrow(
      'secret "platform/a" is declared twice: share its SecretRef or use another path',
    );
  });

  it.each(["A", "/a", "a/", "a//b", "a b", "a_b", "-a", "", "data/a", "a/data/b"])("refuses the path %p", (path) => {
    expect(() => vaultSecrets().secrets.secret(path, { key: generated() })).toThrow(
      `test/Secrets: secret path is "${path}": use lower-case letters, digits and dashes in parts with a slash between, ` +
        "and no folder named data",
    );
  });

  it.each(["a/b", "a-1/b/c", "data", "a/data"])("accepts the path %p", (path) => {
    expect(vaultSecrets().secrets.secret(path, { key: generated() }).path).toBe(path);
  });

  it.each(["sys", "database", "a/b", "A", ""])("refuses the mount %p", (mount) => {
    expect(() => vaultSecrets().secrets.secret("a", { key: generated() }, { mount })).toThrow(
      `test/Secrets: mount of secret "a" is "${mount}": use lower-case letters, digits and dashes, and none of ` +
        "auth, cubbyhole, identity, sys, database, pki, pki-int, transit",
    );
  });

  it.each(["a b", "a/b", "..a"])("refuses the key %p", (key) => {
    expect(() => vaultSecrets().secrets.secret("a", { [key]: generated() })).toThrow(
      `test/Secrets: key of "platform/a" is "${key}": use at most 253 letters, digits, dashes, underscores and dots, ` +
        "and not . or a start of ..",
    );
  });

  it.each([15, 129, 16.5, Number.NaN])("refuses a value of %d characters", (length) => {
    expect(() => vaultSecrets().secrets.secret("a", { key: generated(length) })).toThrow(
      `test/Secrets: length of "platform/a#key" is ${length}: use 16 to 128 characters`,
    );
  });

  it("may have a value of 16 and of 128 characters", () => {
    const { secrets } = vaultSecrets();
    expect(secrets.secret("a", { short: generated(16), long: generated(128) }).keys).toEqual(["long", "short"]);
  });

  it("refuses a path whose address another one has", () => {
    const { secrets } = vaultSecrets();
    secrets.secret("a/b", { key: generated() });
    expect(() => secrets.secret("a-b", { key: generated() })).toThrow(
      'test/Secrets: secret "platform/a-b" has the address of another one: use another path',
    );
  });

  it("writes a fixed value as it is, whatever Terraform would make of it", () => {
    const { stack, secrets } = vaultSecrets();
    secrets.secret("a", { key: fixed('say "$' + '{a}" or %{b}') });
    expect(only(stack, "vault_kv_secret_v2").data_json_wo).toBe(
      reference('jsonencode({"key" = "say \\"$$' + '{a}\\" or %%{b}"})'),
    );
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses the version %d", (version) => {
    expect(() => versioned({ "platform/a": version }).secrets.secret("a", { key: generated() })).toThrow(
      `test/Secrets: version of "platform/a" is ${version}: use a whole number from 1 that only rises`,
    );
  });
});

describe("a reader", () => {
  it("has one role, bound to its account, namespace and audience, for twenty minutes", () => {
    const { stack, secrets } = vaultSecrets();
    secrets.grantRead(secrets.secret("a", { key: generated() }), reader);
    secrets.grantRead(secrets.secret("b", { key: generated() }), reader);
    expect(only(stack, "vault_kubernetes_auth_backend_role")).toMatchObject({
      backend: "kubernetes",
      role_name: "lake-vault-reader",
      bound_service_account_names: ["vault-reader"],
      bound_service_account_namespaces: ["lake"],
      audience: "vault",
      token_ttl: 1200,
      token_max_ttl: 1200,
    });
  });

  it("may read exactly what it was granted, in the order of paths, however often", () => {
    const { stack, secrets } = vaultSecrets();
    const b = secrets.secret("b", { key: generated() });
    const a = secrets.secret("a", { key: generated() });
    secrets.secret("c", { key: generated() });
    for (const ref of [b, a, b]) {
      secrets.grantRead(ref, reader);
    }
    expect(only(stack, "vault_policy").policy).toBe(
      ["a", "b"].map((path) => `path "platform/data/${path}" {\n  capabilities = ["read"]\n}\n`).join(""),
    );
  });

  it("is listed with the secrets it may read", () => {
    const { secrets } = vaultSecrets();
    const b = secrets.secret("b", { key: generated() });
    const a = secrets.secret("a", { key: generated() });
    secrets.grantRead(b, reader);
    secrets.grantRead(b, { namespace: "kyuubi", serviceAccount: "vault-reader" });
    expect(secrets.inventory).toMatchObject([
      { ref: a, readers: [], values: { key: { source: "generated", length: 32 } } },
      { ref: b, readers: ["kyuubi/vault-reader", "lake/vault-reader"] },
    ]);
  });
});

test("a reference names a secret and never holds its value", () => {
  const { secrets } = vaultSecrets();
  const ref = secrets.secret("a", { key: generated() });
  expect(keyOf(ref, "key")).toEqual({ secret: ref, key: "key" });
  // @ts-expect-error the secret has no such key
  expect(keyOf(ref, "other").key).toBe("other");
});
