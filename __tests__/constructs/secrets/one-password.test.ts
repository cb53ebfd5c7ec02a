import {
  fixed,
  generated,
  keyOf,
  OnePasswordSecrets,
  OnePasswordStore,
  provided,
  SecretStore,
} from "../../../constructs/secrets";
import { objectsOf, releasesOf } from "../../support/releases";
import { lake, testStack } from "../../support/test-stack";
import { documentOf } from "../gke/synthesized";

const store = { namespace: lake, connectHost: "https://connect.example.com", vaults: ["Data", "Shared"] };

describe("a secret in 1Password", () => {
  it("is written by nobody", () => {
    const stack = testStack();
    const secrets = new OnePasswordSecrets(stack, "OnePassword");
    secrets.grantRead(secrets.secret("trino", { secret: generated() }), { namespace: "lake", serviceAccount: "none" });
    expect(documentOf(stack).resource).toBeUndefined();
    expect(documentOf(stack)).not.toHaveProperty("ephemeral");
  });

  it("is an item with fields, of which people are told what they must hold", () => {
    const secrets = new OnePasswordSecrets(testStack(), "OnePassword");
    secrets.secret("trino", { secret: generated(64, "full") });
    secrets.secret("postgres/nessie", { username: fixed("nessie"), password: generated(24) });
    secrets.secret("aws", { key: provided("aws_key", "access key of the bucket") }, { mount: "kyuubi" });
    expect(secrets.items).toEqual([
      { title: "kyuubi/aws", fields: [{ label: "key", value: "access key of the bucket" }] },
      {
        title: "platform/postgres/nessie",
        fields: [
          { label: "password", value: "24 random letters and digits" },
          { label: "username", value: "nessie" },
        ],
      },
      { title: "platform/trino", fields: [{ label: "secret", value: "64 random characters" }] },
    ]);
  });

  it("is found by the item's title and the field's label", () => {
    const secrets = new OnePasswordSecrets(testStack(), "OnePassword");
    const ref = secrets.secret("postgres/nessie", { password: generated() });
    expect(secrets.remoteRef(keyOf(ref, "password"))).toEqual({
      key: "platform/postgres/nessie",
      property: "field/password",
    });
  });

  it("is read by the store of the cluster, at once when its version rises", () => {
    const stack = testStack();
    const secrets = new OnePasswordSecrets(stack, "OnePassword", { versions: { "platform/trino": 2 } });
    const { resource } = new OnePasswordStore(stack, "Store", { ...store, namespaces: ["lake"] });
    const namespaced = new SecretStore(stack, "Lake", {
      namespace: lake,
      source: secrets,
      vaultIssuer: "platform-ca",
      clusterStore: resource,
    });
    const ref = secrets.secret("trino", { secret: generated() });
    const { object } = namespaced.externalSecret({
      name: "trino",
      data: { secret: keyOf(ref, "secret") },
      follows: { by: "reloader" },
    });
    expect(object).toMatchObject({
      metadata: { annotations: { "terralake.dev/versions": "platform/trino=2" } },
      spec: { secretStoreRef: { kind: "ClusterSecretStore", name: "onepassword-connect" } },
    });
    expect(namespaced.resource).toBe(resource);
    expect(secrets.inventory).toMatchObject([{ readers: [], consumers: [{ namespace: "lake", name: "trino" }] }]);
    expect(documentOf(stack).resource).not.toHaveProperty("kubernetes_service_account_v1");
  });

  it("needs the store of the cluster", () => {
    const stack = testStack();
    const source = new OnePasswordSecrets(stack, "OnePassword");
    expect(() => new SecretStore(stack, "Lake", { namespace: lake, source, vaultIssuer: "platform-ca" })).toThrow(
      'source "onepassword-connect" has a store of the cluster',
    );
  });
});

describe("the store of 1Password", () => {
  it("serves named namespaces, with a token that a person has made beside External Secrets", () => {
    const stack = testStack();
    new OnePasswordStore(stack, "Store", { ...store, namespaces: ["spark-jobs", "lake"] });
    expect(objectsOf(releasesOf(stack))).toMatchObject([
      {
        kind: "ClusterSecretStore",
        metadata: { name: "onepassword-connect" },
        spec: {
          conditions: [{ namespaces: ["lake", "spark-jobs"] }],
          provider: {
            onepassword: {
              connectHost: "https://connect.example.com",
              vaults: { Data: 1, Shared: 2 },
              auth: {
                secretRef: {
                  connectTokenSecretRef: { name: "onepassword-connect-token", key: "token", namespace: "lake" },
                },
              },
            },
          },
        },
      },
    ]);
  });

  it.each([
    [{ namespaces: [] }, "the store serves no namespace"],
    [{ vaults: [], namespaces: ["lake"] }, "the store reads no vault"],
  ])("refuses %j", (props, message) => {
    expect(() => new OnePasswordStore(testStack(), "Store", { ...store, ...props })).toThrow(message);
  });
});
