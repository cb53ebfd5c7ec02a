import { DataPlatformServices } from "../../../catalogue/assembly/data-platform-services";
import { type DeclaredSecretSettings, DeclaredSecrets, SharedReader } from "../../../constructs/services";
import { PlatformError } from "../../../constructs/terraform";
import { coreServices } from "../../catalogue/every-service";
import { objectsOf, releasesOf } from "../../support/releases";
import { all, documentOf, only, where } from "../gke/synthesized";
import { type ServiceStacks, serviceStacks } from "./service-stacks";

const database: DeclaredSecretSettings = {
  keys: {
    mariadb_password: { generate: 24 },
    user: { value: "kyuubi" },
    token: { variable: "git_token", description: "token of the Git server" },
  },
  copies: [
    { namespace: "data-platform", name: "vault-secret-database", keys: ["mariadb_password"], follows: "reloader" },
    { namespace: "spark-jobs", name: "database", follows: "nobody" },
  ],
  owner: "data team",
  rotateEvery: "90d",
};

function declare(stacks: ServiceStacks, declared: { readonly [path: string]: DeclaredSecretSettings }) {
  return new DeclaredSecrets(stacks.services, "Declared", { context: stacks.context, declared });
}

describe("declared secrets", () => {
  test("are written to the mount that they name, with their values and metadata", () => {
    const stacks = serviceStacks();
    declare(stacks, { "kyuubi/database": database });
    expect(only(stacks.secrets, "vault_mount")).toMatchObject({ path: "kyuubi" });
    expect(stacks.vaultSecrets.inventory).toMatchObject([
      {
        ref: { mount: "kyuubi", path: "database", keys: ["mariadb_password", "token", "user"] },
        values: {
          mariadb_password: { source: "generated", length: 24, alphabet: "alphanumeric" },
          user: { source: "fixed", value: "kyuubi" },
          token: { source: "provided", variable: "git_token" },
        },
        owner: "data team",
        rotateEvery: "90d",
        readers: ["data-platform/vault-reader", "spark-jobs/vault-reader"],
        consumers: [
          { namespace: "data-platform", name: "vault-secret-database", follows: { by: "reloader" } },
          { namespace: "spark-jobs", name: "database", follows: { by: "nobody" } },
        ],
      },
    ]);
    expect(Object.keys((documentOf(stacks.secrets) as { variable?: object }).variable ?? {})).toEqual(["git_token"]);
  });

  test("are copied by one release for each namespace, with the keys that are named or with all", () => {
    const stacks = serviceStacks();
    const other = { ...database, copies: [{ ...database.copies[0], name: "other" }] } as DeclaredSecretSettings;
    declare(stacks, { "kyuubi/database": database, "kyuubi/other": other });
    const releases = releasesOf(stacks.services).filter(({ name }) => name === "declared-secrets");
    expect(releases.map(({ namespace }) => namespace)).toEqual(["data-platform", "spark-jobs"]);
    for (const { dependsOn } of releases) {
      expect(dependsOn).toContainEqual(expect.stringMatching(/^helm_release\.\w*Store/));
    }
    const copies = objectsOf(releases).map(({ metadata, spec }) => [
      metadata.name,
      (spec as { data: readonly { secretKey: string; remoteRef: object }[] }).data.map(({ secretKey, remoteRef }) => [
        secretKey,
        remoteRef,
      ]),
    ]);
    const key = (property: string, path = "kyuubi/database") => [property, { key: path, property }];
    expect(Object.fromEntries(copies)).toEqual({
      "vault-secret-database": [key("mariadb_password")],
      other: [key("mariadb_password", "kyuubi/other")],
      database: [key("mariadb_password"), key("token"), key("user")],
    });
  });

  test("make nothing where none is declared, and no release for one without copies", () => {
    const stacks = serviceStacks();
    declare(stacks, {});
    expect(all(stacks.services, "helm_release")).toEqual([]);
    const without = serviceStacks();
    declare(without, { "kyuubi/aws": { ...database, copies: [] } });
    expect(all(without.services, "helm_release")).toEqual([]);
    expect(only(without.secrets, "vault_kv_secret_v2")).toMatchObject({ name: "aws" });
  });

  test("refuse a path without a mount, a copy of a missing key and a name that Kubernetes refuses", () => {
    const copy = { namespace: "data-platform", name: "database", follows: "reloader" } as const;
    const refused = (path: string, settings: Partial<DeclaredSecretSettings>) => () =>
      declare(serviceStacks(), { [path]: { ...database, ...settings } });
    expect(refused("database", {})).toThrow(PlatformError);
    expect(refused("database", {})).toThrow(
      'test-services/Declared: declared secret is "database": write it as mount/path, such as kyuubi/database',
    );
    expect(refused("kyuubi/a", { copies: [{ ...copy, keys: ["user", "pasword"] }] })).toThrow(
      'test-services/Declared: copy data-platform/database has the keys pasword, which "kyuubi/a" has not: ' +
        "use some of mariadb_password, token, user",
    );
    expect(refused("kyuubi/a", { copies: [{ ...copy, name: "Database" }] })).toThrow(
      'name of the Secret is "Database"',
    );
    expect(refused("kyuubi/a", { copies: [copy, copy] })).toThrow('secret "database" is there twice in data-platform');
    expect(refused("sys/a", {})).toThrow('mount of secret "a" is "sys"');
  });

  test("give a database's owner one of their keys for a password, and others one of their own", () => {
    const stacks = serviceStacks();
    declare(stacks, { "kyuubi/database": database });
    const mariadb = { ...coreServices.mariadb, credentials: { hive: "kyuubi/database#mariadb_password" } };
    new DataPlatformServices(stacks.services, "Services", {
      context: stacks.context,
      services: { ...coreServices, mariadb } as typeof coreServices,
    });
    const user = objectsOf(releasesOf(stacks.services)).find(({ metadata }) => metadata.name === "mariadb-hive-user");
    expect(user?.spec).toMatchObject({
      data: [{ secretKey: "password", remoteRef: { key: "kyuubi/database", property: "mariadb_password" } }],
    });
    expect(stacks.vaultSecrets.find("mariadb/hive")).toBeUndefined();
    expect(stacks.vaultSecrets.find("platform/mariadb/hive")?.keys).toEqual(["username"]);
    expect(stacks.vaultSecrets.find("platform/mariadb/kyuubi")?.keys).toEqual(["password", "username"]);
  });

  test("are there before a database takes one of their keys", () => {
    const build = (credential: string) => () => {
      const stacks = serviceStacks();
      declare(stacks, { "kyuubi/database": database });
      const postgres = { ...coreServices.postgres, credentials: { nessie: credential } };
      new DataPlatformServices(stacks.services, "Services", {
        context: stacks.context,
        services: { postgres } as typeof coreServices,
      });
    };
    expect(build("kyuubi/other#key")).toThrow('there is no key "kyuubi/other#key": declare it first');
    expect(build("kyuubi/database#pasword")).toThrow(
      'there is no key "kyuubi/database#pasword": use one of kyuubi/database#mariadb_password, ' +
        "kyuubi/database#token, kyuubi/database#user",
    );
  });
});

test("a shared reader is an account with the annotations of Vault's clients, which reads the mount", () => {
  const stacks = serviceStacks();
  declare(stacks, { "kyuubi/database": { ...database, copies: [] } });
  new SharedReader(stacks.services, "Reader", {
    vault: stacks.vaultSecrets,
    mount: "kyuubi",
    policy: "kyuubi-policy",
    role: "kyuubi-role",
    namespace: "kyuubi",
    serviceAccount: "kyuubi-sa",
  });
  expect(only(stacks.services, "kubernetes_service_account_v1")).toMatchObject({
    metadata: {
      name: "kyuubi-sa",
      namespace: "kyuubi",
      annotations: {
        "vault.hashicorp.com/auth-path": "auth/kubernetes",
        "vault.hashicorp.com/role": "kyuubi-role",
      },
    },
    automount_service_account_token: false,
  });
  expect(where(stacks.secrets, "vault_policy", "name", "kyuubi-policy").policy).toContain('path "kyuubi/data/*"');
});
