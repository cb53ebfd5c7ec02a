import { kind } from "../../../environments/kind";
import { platformInventory } from "../../../operations/platform-inventory";
import { checkLogins, type LoginCheck } from "../../../operations/vault/auth-check";
import { connectionThrough } from "../../../operations/vault/connection";
import { type FakeCluster, fakeCluster, refusal, tokenOf } from "../kubernetes/fake-api-server";
import type { FakeAnswer, SeenRequest } from "./fake-vault";

const role = {
  name: "reader",
  accounts: [{ namespace: "data", name: "vault-reader" }],
  audience: "vault",
  madeBy: "kind-secrets",
};

let accepts: (jwt: string) => boolean;
let refuses: FakeAnswer;
let cluster: FakeCluster;
let tokens: (request: SeenRequest) => FakeAnswer | undefined;

beforeEach(async () => {
  accepts = (jwt) => jwt === "data/vault-reader@vault";
  refuses = { status: 403, body: { errors: ["permission denied"] } };
  tokens = tokenOf;
  cluster = await fakeCluster(
    ({ path, body }) => {
      if (path === "auth/token/revoke-self") return { status: 204 };
      if (path !== "auth/kubernetes/login") return { body: {} };
      return accepts(String(body?.jwt)) ? { body: { auth: { client_token: "t" } } } : refuses;
    },
    (request) => tokens(request),
  );
});

afterEach(() => cluster.server.close());

async function check(): Promise<readonly LoginCheck[]> {
  const found: LoginCheck[] = [];
  for await (const each of checkLogins(connectionThrough(cluster.config, kind), [role])) found.push(each);
  return found;
}

const attempts = () => cluster.atVault.filter(({ path }) => path.endsWith("login")).map(({ body }) => body?.jwt);

test("a role that takes its account alone is as it should be, and what logged in is logged out", async () => {
  expect(await check()).toEqual([{ role: "reader", account: "data/vault-reader", problems: [] }]);
  expect(attempts()).toEqual(["data/vault-reader@vault", "data/vault-reader@not-vault", "data/default@vault"]);
  expect(cluster.atVault.filter(({ path }) => path.endsWith("revoke-self"))).toHaveLength(1);
});

test("a role that takes any audience, or any account, is wrong", async () => {
  accepts = (jwt) => jwt.startsWith("data/vault-reader@");
  expect((await check())[0]?.problems).toEqual([
    expect.stringMatching(/another audience logs in: .*deploy kind-secrets/),
  ]);
  accepts = (jwt) => jwt.endsWith("@vault");
  expect((await check())[0]?.problems).toEqual([
    expect.stringMatching(/data\/default logs in, which the role does not name/),
  ]);
});

test.each([
  ["permission denied", /system:auth-delegator/],
  ["invalid audience (aud) claim: audience claim does not match any expected audience", /audience/],
  ["service account name not authorized", /does not name this service account/],
  ["invalid issuer (iss) claim", /issuer/],
])("an account that is refused with %s: what is misconfigured", async (error, cause) => {
  accepts = () => false;
  refuses = { status: 403, body: { errors: [error] } };
  const [found] = await check();
  expect(found?.problems).toEqual([expect.stringMatching(cause)]);
  expect(attempts()).toHaveLength(1);
});

test("a role that is missing, and an account that is missing, are said to be", async () => {
  accepts = () => false;
  refuses = { status: 400, body: { errors: ['invalid role name "reader"'] } };
  expect((await check())[0]?.problems).toEqual([expect.stringMatching(/no such role/)]);
  tokens = () => undefined;
  expect((await check())[0]?.problems).toEqual([
    expect.stringMatching(/there is no service account data\/vault-reader/),
  ]);
});

test("a person without the right to ask for tokens is told which one", async () => {
  tokens = () => refusal(403, "forbidden");
  expect((await check())[0]?.problems).toEqual([
    expect.stringMatching(
      /you may not create serviceaccounts\/token data\/vault-reader; ask for a Role in namespace data/,
    ),
  ]);
});

test("a Vault that is sealed ends the check, as it says nothing of roles", async () => {
  accepts = () => false;
  refuses = { status: 503, body: { errors: ["Vault is sealed"] } };
  await expect(check()).rejects.toThrow("Vault is sealed");
});

test("the roles that are checked are those of the stacks and of the bootstrap job, each with an audience", () => {
  const { roles, secretsStack, secrets } = platformInventory(kind);
  expect(roles.map(({ name }) => name)).toEqual(expect.arrayContaining(["bootstrap", "terraform", "vault-snapshot"]));
  expect(roles.filter(({ madeBy }) => madeBy === "kind-secrets").length).toBeGreaterThan(1);
  for (const { audience, accounts } of roles) {
    expect(audience).not.toBe("");
    expect(accounts.length).toBeGreaterThan(0);
  }
  expect(secretsStack).toBe("kind-secrets");
  expect(secrets.length).toBeGreaterThan(1);
});
