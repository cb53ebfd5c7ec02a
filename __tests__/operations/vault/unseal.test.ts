import { VaultClient } from "../../../operations/vault/client";
import { isKeyShare, unsealAll, unsealEach, waitForActive } from "../../../operations/vault/unseal";
import { type FakeVault, fakeVault } from "./fake-vault";

const right = ["a1".repeat(32), "b2".repeat(32)];
let state: { initialized: boolean; sealed: boolean; type: string };
let given: string[];
let vault: FakeVault;

beforeEach(async () => {
  state = { initialized: true, sealed: true, type: "shamir" };
  given = [];
  vault = await fakeVault(({ path, body }) => {
    if (path === "sys/seal-status") return { body: { ...state, version: "1.21.1", storage_type: "raft", t: 2 } };
    if (path === "sys/health") return { status: state.sealed ? 503 : 200, body: {} };
    if (path !== "sys/unseal") return undefined;
    if (body?.reset) {
      given = [];
      return { body: { sealed: true } };
    }
    given.push(String(body?.key));
    if (given.length < 2) return { body: { sealed: true } };
    if (given.join() !== right.join())
      return { status: 400, body: { errors: ["cipher: message authentication failed"] } };
    state.sealed = false;
    return { body: { sealed: false } };
  });
});

afterEach(() => vault.close());

const connection = () => ({ servers: [{ name: "vault-0", client: vault.client }] });

test("opens a sealed server, forgetting first what somebody else gave", async () => {
  given = ["somebody else's"];
  expect(await unsealAll(connection(), right)).toEqual([{ name: "vault-0", outcome: "opened" }]);
  expect(state.sealed).toBe(false);
});

test("leaves an open server alone", async () => {
  state.sealed = false;
  expect(await unsealAll(connection(), [])).toEqual([{ name: "vault-0", outcome: "was open" }]);
  expect(vault.seen.map(({ path }) => path)).toEqual(["sys/seal-status"]);
});

test("wrong shares are said to be wrong without being repeated, and are forgotten", async () => {
  const wrong = ["d4".repeat(32), "e5".repeat(32)];
  const error = await unsealAll(connection(), wrong).catch((each: Error) => each.message);
  expect(error).toBe("server vault-0 refuses the key shares: they are wrong, or of another Vault");
  expect(given).toEqual([]);
});

test("too few shares are not sent", async () => {
  await expect(unsealAll(connection(), right.slice(0, 1))).rejects.toThrow("needs 2 key shares to open; given: 1");
  expect(given).toEqual([]);
});

test("a server that a key service opens takes no shares, an uninitialized one neither", async () => {
  state.type = "gcpckms";
  await expect(unsealAll(connection(), right)).rejects.toThrow("opened by gcpckms and takes no key shares");
  state.initialized = false;
  await expect(unsealAll(connection(), right)).rejects.toThrow("not initialized");
});

test("a server that is away does not keep the others closed, and is reported at the end", async () => {
  const away = { name: "vault-1", client: new VaultClient({ address: "http://127.0.0.1:1" }) };
  const servers = [away, ...connection().servers];
  await expect(unsealAll({ servers }, right)).rejects.toThrow(
    /^1 of 2 servers could not be opened: vault-1 \(.*ECONNREFUSED.*\); open: vault-0;/,
  );
  expect(state.sealed).toBe(false);
  expect(await unsealEach({ servers }, right)).toMatchObject([
    { name: "vault-1", outcome: "failed", failure: { code: "ECONNREFUSED" } },
    { name: "vault-0", outcome: "was open" },
  ]);
});

test("a run that was stopped tries no further server", async () => {
  const stopped = new VaultClient({ address: vault.address, signal: AbortSignal.abort() });
  const servers = [{ name: "vault-1", client: stopped }, ...connection().servers];
  await expect(unsealEach({ servers }, right)).rejects.toMatchObject({ name: "AbortError" });
  expect(state.sealed).toBe(true);
});

test("waiting for a server that does not come ends with where to look", async () => {
  await expect(waitForActive(connection(), undefined, 10)).rejects.toThrow(/no server is active .*kubectl/);
});

test.each([
  ["hexadecimal of 33 bytes", "a1".repeat(33), true],
  ["hexadecimal of 32 bytes", "A1".repeat(32), true],
  ["base64 of 33 bytes", Buffer.alloc(33, 7).toString("base64"), true],
  ["a root token", "hvs.0123456789012345678901AB", false],
  ["a word", "password", false],
  ["nothing", "", false],
  ["hexadecimal that is too long", "a1".repeat(40), false],
])("%s: a key share or not", (_what, text, expected) => {
  expect(isKeyShare(text)).toBe(expected);
});
