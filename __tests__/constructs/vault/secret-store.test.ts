import { PlatformError } from "../../../constructs/terraform";
import { generated, keyOf, SecretStore, VaultSecrets } from "../../../constructs/vault";
import { objectsOf, releasesOf } from "../../support/releases";
import { lake, testStack } from "../../support/test-stack";
import { only } from "../gke/synthesized";

function secretStore() {
  const stack = testStack();
  const vaultStack = testStack();
  const secrets = new VaultSecrets(vaultStack, "Secrets");
  const store = new SecretStore(stack, "Store", { namespace: lake, secrets, mount: "platform", issuer: "platform-ca" });
  const database = secrets.secret("database", { password: generated(), username: generated() });
  return { stack, vaultStack, secrets, store, database };
}

describe("SecretStore", () => {
  it("logs in as an account of its namespace that cannot call the API", () => {
    const { stack } = secretStore();
    expect(only(stack, "kubernetes_service_account_v1")).toMatchObject({
      metadata: { name: "vault-reader", namespace: "lake" },
      automount_service_account_token: false,
    });
    expect(objectsOf(releasesOf(stack)).find(({ kind }) => kind === "SecretStore")).toMatchObject({
      apiVersion: "external-secrets.io/v1",
      metadata: { name: "platform", namespace: "lake" },
      spec: {
        provider: {
          vault: {
            server: "https://vault-active.vault.svc:8200",
            path: "platform",
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
    });
    expect(secret).toMatchObject({ name: "database", keys: ["mariadb_password", "user"] });
    expect(secret.object).toMatchObject({
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { name: "database", namespace: "lake" },
      spec: {
        secretStoreRef: { kind: "SecretStore", name: "platform" },
        target: { template: { type: "kubernetes.io/basic-auth", metadata: { labels: { app: "a" } } } },
        data: [
          { secretKey: "mariadb_password", remoteRef: { key: "database", property: "password" } },
          { secretKey: "user", remoteRef: { key: "database", property: "username" } },
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
    });
    expect(secret.keys).toEqual(["password", "url"]);
    expect(secret.object).toMatchObject({
      spec: { target: { template: { mergePolicy: "Merge", data: { url: "jdbc:a?password={{ .password }}" } } } },
    });
  });

  it("lets the namespace's reader read its secret and no other", () => {
    const { store, secrets, database, vaultStack } = secretStore();
    secrets.secret("other", { key: generated() });
    store.externalSecret({ name: "database", data: { password: keyOf(database, "password") } });
    expect(only(vaultStack, "vault_policy").policy).toBe(
      'path "platform/data/database" {\n  capabilities = ["read"]\n}\n',
    );
  });

  it("needs a key", () => {
    const { store } = secretStore();
    expect(() => store.externalSecret({ name: "a", data: {} })).toThrow(PlatformError);
    expect(() => store.externalSecret({ name: "a", data: {} })).toThrow(
      'test/Store: secret "a" has no keys: name at least one',
    );
  });

  it("has a name of its own in the namespace", () => {
    const { store, database } = secretStore();
    const props = { name: "a", data: { password: keyOf(database, "password") } };
    store.externalSecret(props);
    expect(() => store.externalSecret(props)).toThrow('test/Store: secret "a" is there twice in lake: share it');
  });

  it("reads the mount of its store alone", () => {
    const { store, secrets } = secretStore();
    const elsewhere = secrets.secret("a", { key: generated() }, { mount: "kyuubi" });
    expect(() => store.externalSecret({ name: "a", data: { password: keyOf(elsewhere, "key") } })).toThrow(
      'test/Store: key "password" of "a" is in mount "kyuubi": this store reads "platform": make another store',
    );
  });
});
