import { fixed, generated, keyOf, SecretStore } from "../../../constructs/secrets";
import { PlatformError } from "../../../constructs/terraform";
import { VaultSecrets } from "../../../constructs/vault";
import { objectsOf, releasesOf } from "../../support/releases";
import { lake, testStack } from "../../support/test-stack";
import { only } from "../gke/synthesized";

function secretStore() {
  const stack = testStack();
  const vaultStack = testStack();
  const secrets = new VaultSecrets(vaultStack, "Secrets");
  const store = new SecretStore(stack, "Store", { namespace: lake, source: secrets, vaultIssuer: "platform-ca" });
  const database = secrets.secret("database", { password: generated(), username: generated() });
  return { stack, vaultStack, secrets, store, database };
}

const follows = { by: "reloader" } as const;

describe("SecretStore", () => {
  it("logs in as an account of its namespace that cannot call the API", () => {
    const { stack } = secretStore();
    expect(only(stack, "kubernetes_service_account_v1")).toMatchObject({
      metadata: { name: "vault-reader", namespace: "lake" },
      automount_service_account_token: false,
    });
    const object = objectsOf(releasesOf(stack)).find(({ kind }) => kind === "SecretStore");
    expect(object).toMatchObject({
      apiVersion: "external-secrets.io/v1",
      metadata: { name: "vault", namespace: "lake" },
      spec: {
        provider: {
          vault: {
            server: "https://vault-active.vault.svc:8200",
            version: "v2",
            caProvider: { type: "Secret", name: "vault-reader-tls", key: "ca.crt" },
            auth: {
              kubernetes: {
                role: "lake-vault-reader",
                serviceAccountRef: { name: "vault-reader", audiences: ["vault"] },
              },
            },
          },
        },
      },
    });
    // With a path, the store would read that one mount only.
    expect(JSON.stringify(object)).not.toContain('"path"');
  });

  it("gets Vault's CA with a certificate of its own", () => {
    expect(objectsOf(releasesOf(secretStore().stack)).find(({ kind }) => kind === "Certificate")).toMatchObject({
      spec: { secretName: "vault-reader-tls", issuerRef: { name: "platform-ca" } },
    });
  });
});

describe("an external secret", () => {
  it("names key by key what stands in Vault", () => {
    const { store, database } = secretStore();
    const secret = store.externalSecret({
      name: "database",
      data: { mariadb_password: keyOf(database, "password"), user: keyOf(database, "username") },
      type: "kubernetes.io/basic-auth",
      labels: { app: "a" },
      follows,
    });
    expect(secret).toMatchObject({ name: "database", keys: ["mariadb_password", "user"] });
    expect(secret.object).toMatchObject({
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { name: "database", namespace: "lake" },
      spec: {
        secretStoreRef: { kind: "SecretStore", name: "vault" },
        target: { template: { type: "kubernetes.io/basic-auth", metadata: { labels: { app: "a" } } } },
        data: [
          { secretKey: "mariadb_password", remoteRef: { key: "platform/database", property: "password" } },
          { secretKey: "user", remoteRef: { key: "platform/database", property: "username" } },
        ],
      },
    });
  });

  it("keeps plain keys beside composed ones", () => {
    const { store, database } = secretStore();
    const secret = store.externalSecret({
      name: "database",
      data: { password: keyOf(database, "password") },
      composed: { url: "jdbc:a?password={{ .password }}" },
      follows,
    });
    expect(secret.keys).toEqual(["password", "url"]);
    expect(secret.object).toMatchObject({
      spec: { target: { template: { mergePolicy: "Merge", data: { url: "jdbc:a?password={{ .password }}" } } } },
    });
  });

  it("lets the namespace's reader read its secret and no other", () => {
    const { store, secrets, database, vaultStack } = secretStore();
    secrets.secret("other", { key: generated() });
    store.externalSecret({ name: "database", data: { password: keyOf(database, "password") }, follows });
    expect(only(vaultStack, "vault_policy").policy).toBe(
      'path "platform/data/database" {\n  capabilities = ["read"]\n}\n',
    );
  });

  it("needs a key", () => {
    const { store } = secretStore();
    expect(() => store.externalSecret({ name: "a", data: {}, follows })).toThrow(PlatformError);
    expect(() => store.externalSecret({ name: "a", data: {}, follows })).toThrow(
      'test/Store: secret "a" has no keys: name at least one',
    );
  });

  it("has a name of its own in the namespace", () => {
    const { store, database } = secretStore();
    const props = { name: "a", data: { password: keyOf(database, "password") }, follows };
    store.externalSecret(props);
    expect(() => store.externalSecret(props)).toThrow('test/Store: secret "a" is there twice in lake: share it');
  });

  it("may take keys of several mounts, through the one store", () => {
    const { store, secrets, database, vaultStack } = secretStore();
    const elsewhere = secrets.secret("spark", { key: generated() }, { mount: "kyuubi" });
    const { object } = store.externalSecret({
      name: "a",
      data: { password: keyOf(database, "password"), key: keyOf(elsewhere, "key") },
      follows,
    });
    expect(object).toMatchObject({
      spec: {
        data: [
          { secretKey: "password", remoteRef: { key: "platform/database", property: "password" } },
          { secretKey: "key", remoteRef: { key: "kyuubi/spark", property: "key" } },
        ],
      },
    });
    expect(only(vaultStack, "vault_policy").policy).toBe(
      ["kyuubi/data/spark", "platform/data/database"]
        .map((path) => `path "${path}" {\n  capabilities = ["read"]\n}\n`)
        .join(""),
    );
  });

  it("carries the versions of its secrets, so that a rotation is read at once", () => {
    const secrets = new VaultSecrets(testStack(), "Secrets", { versions: { "platform/b": 3 } });
    const store = new SecretStore(testStack(), "Store", {
      namespace: lake,
      source: secrets,
      vaultIssuer: "platform-ca",
    });
    const b = secrets.secret("b", { user: fixed("u"), key: generated() });
    const a = secrets.secret("a", { key: generated() });
    const data = { user: keyOf(b, "user"), b: keyOf(b, "key"), a: keyOf(a, "key") };
    expect(store.externalSecret({ name: "a", data, follows }).object.metadata.annotations).toEqual({
      "terralake.dev/versions": "platform/a=1,platform/b=3",
    });
  });

  it("says who follows a change, for each secret it takes once", () => {
    const { store, secrets, database } = secretStore();
    const data = { password: keyOf(database, "password"), user: keyOf(database, "username") };
    store.externalSecret({ name: "a", data, follows: { by: "operator", name: "CloudNativePG" } });
    expect(secrets.inventory[0]?.consumers).toEqual([
      { namespace: "lake", name: "a", follows: { by: "operator", name: "CloudNativePG" } },
    ]);
  });

  it.each(["A", "a_b", "-a", "a-", "a..b", ".a", "", `${"a".repeat(254)}`])("is not called %p", (name) => {
    const { store, database } = secretStore();
    expect(() => store.externalSecret({ name, data: { password: keyOf(database, "password") }, follows })).toThrow(
      `test/Store: name of the Secret is "${name}": use at most 253 lower-case letters, digits, dashes and dots, ` +
        "with a letter or digit at both ends of each part",
    );
  });

  it.each(["a b", "a/b", "", ".", "..", "..a", "ä", "a".repeat(254)])("has no key %p", (key) => {
    const { store, database } = secretStore();
    expect(() => store.externalSecret({ name: "a", data: { [key]: keyOf(database, "password") }, follows })).toThrow(
      `test/Store: key of secret "a" is "${key}": use at most 253 letters, digits, dashes, underscores and dots, ` +
        "and not . or a start of ..",
    );
  });

  it.each(["a.b", "a-1", "0", "a".repeat(253)])("may be called %p", (name) => {
    const { store, database } = secretStore();
    const made = store.externalSecret({ name, data: { ".key": keyOf(database, "password") }, follows });
    expect(made.name).toBe(name);
  });

  describe("a Secret that grows", () => {
    it("has the keys that were added until it is written, and is read by the namespace's account", () => {
      const { store, secrets, database } = secretStore();
      const secret = store.growingSecret({ name: "users", follows });
      secret.add("a", keyOf(database, "password"));
      secret.add("b", keyOf(database, "username"));
      expect(secret.object()).toMatchObject({
        metadata: {
          name: "users",
          namespace: "lake",
          annotations: { "terralake.dev/versions": "platform/database=1" },
        },
        spec: { data: [{ secretKey: "a" }, { secretKey: "b" }] },
      });
      expect(secrets.inventory[0]).toMatchObject({
        readers: ["lake/vault-reader"],
        consumers: expect.arrayContaining([{ namespace: "lake", name: "users", follows }]),
      });
    });

    it("takes no key twice, no key that Kubernetes refuses, and its name from nobody", () => {
      const { store, database } = secretStore();
      const secret = store.growingSecret({ name: "users", follows });
      secret.add("a", keyOf(database, "password"));
      expect(() => secret.add("a", keyOf(database, "username"))).toThrow('key "a" of secret "users" is there twice');
      expect(() => secret.add("a b", keyOf(database, "username"))).toThrow('key of secret "users" is "a b"');
      expect(() => store.growingSecret({ name: "users", follows })).toThrow('secret "users" is there twice in lake');
    });
  });
});
