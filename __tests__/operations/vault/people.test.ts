import { kind } from "../../../environments/kind";
import type { VaultClient } from "../../../operations/vault/client";
import { connectionThrough } from "../../../operations/vault/connection";
import { configureOidc, withTerraform, writeUser } from "../../../operations/vault/people";
import { type FakeCluster, fakeCluster, tokenOf } from "../kubernetes/fake-api-server";

/** A client that notes what is written. */
function recorder() {
  const written: [string, Readonly<Record<string, unknown>>][] = [];
  const put = (path: string, body: Readonly<Record<string, unknown>>) => {
    written.push([path, body]);
    return Promise.resolve({});
  };
  return { written, client: { put } as unknown as VaultClient };
}

const oidc = { issuer: "https://login.example.com/realms/platform", clientId: "vault" };

describe("configureOidc", () => {
  it("gives Vault issuer, client and secret, and the one role as the default", async () => {
    const { written, client } = recorder();
    await configureOidc(client, oidc, "of-the-client");
    expect(written).toEqual([
      [
        "auth/oidc/config",
        {
          oidc_discovery_url: oidc.issuer,
          bound_issuer: oidc.issuer,
          oidc_client_id: "vault",
          oidc_client_secret: "of-the-client",
          default_role: "person",
        },
      ],
    ]);
  });

  it("writes nothing without a secret", async () => {
    const { written, client } = recorder();
    await expect(configureOidc(client, oidc, "")).rejects.toThrow(
      'the secret of client "vault" is empty; copy it from https://login.example.com/realms/platform',
    );
    expect(written).toEqual([]);
  });
});

describe("writeUser", () => {
  it("makes a user with the policy of one role and short tokens", async () => {
    const { written, client } = recorder();
    await writeUser(client, { name: "ada", role: "operator" }, "correct horse battery");
    expect(written).toEqual([
      [
        "auth/userpass/users/ada",
        {
          password: "correct horse battery",
          token_policies: ["people-operator"],
          token_ttl: 3600,
          token_max_ttl: 28_800,
        },
      ],
    ]);
  });

  it.each(["Ada", "ada/../root", "", "-ada", "a".repeat(64)])("refuses the name %j", async (name) => {
    const { written, client } = recorder();
    await expect(writeUser(client, { name, role: "auditor" }, "correct horse battery")).rejects.toThrow(
      `the user is named "${name}"; use 1 to 63 lower-case letters`,
    );
    expect(written).toEqual([]);
  });

  it("refuses a short password, and does not say it", async () => {
    const { written, client } = recorder();
    const refused = writeUser(client, { name: "ada", role: "auditor" }, "tr0ub4dor");
    await expect(refused).rejects.toThrow("the password has 9 characters; use 12 or more, such as some words");
    await expect(refused).rejects.not.toThrow("tr0ub4dor");
    expect(written).toEqual([]);
  });
});

describe("withTerraform", () => {
  let cluster: FakeCluster;
  beforeEach(async () => {
    cluster = await fakeCluster(
      ({ path, body }) =>
        path === "auth/kubernetes/login"
          ? { body: { auth: { client_token: `${body?.role} by ${body?.jwt}` } } }
          : { status: path === "auth/token/revoke-self" ? 204 : 200, body: {} },
      tokenOf,
    );
  });
  afterEach(() => cluster.server.close());

  const seen = () => cluster.atVault.map(({ path, headers }) => [path, headers["x-vault-token"]]);
  const token = expect.stringMatching(/^terraform by vault\/\S+@vault$/);

  it("runs something with Terraform's role and revokes its token", async () => {
    const result = await withTerraform(connectionThrough(cluster.config, kind), async (client) => {
      await client.put("sys/something", {});
      return "done";
    });
    expect(result).toBe("done");
    expect(seen()).toEqual([
      ["auth/kubernetes/login", undefined],
      ["sys/something", token],
      ["auth/token/revoke-self", token],
    ]);
  });

  it("revokes it too when the run fails because it was stopped, whose error counts", async () => {
    const stop = new AbortController();
    const run = withTerraform(connectionThrough(cluster.config, kind, stop.signal), async (client) => {
      stop.abort();
      await client.put("sys/something", {});
    });
    await expect(run).rejects.toMatchObject({ name: "AbortError" });
    expect(seen()).toEqual([
      ["auth/kubernetes/login", undefined],
      ["auth/token/revoke-self", token],
    ]);
  });
});
