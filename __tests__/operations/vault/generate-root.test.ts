import { VaultClient } from "../../../operations/vault/client";
import { decodeRootToken, generateRoot, withRootToken } from "../../../operations/vault/generate-root";
import { type FakeVault, fakeVault } from "./fake-vault";

const otp = "abcdefghijklmnopqrstuvwxyzAB";
const token = "hvs.0123456789012345678901AB";
const encoded = Buffer.from([...Buffer.from(token)].map((byte, at) => byte ^ otp.charCodeAt(at)))
  .toString("base64")
  .replace(/=+$/, "");
const keys = ["a1".repeat(17), "b2".repeat(17), "c3".repeat(17)];

let vault: FakeVault;
let started: boolean;
let progress: number;
let failsAt: number | undefined;
/** Stops the run while this many shares are given. */
let stopsAt: number | undefined;
let stop: AbortController;

beforeEach(async () => {
  [started, progress, failsAt, stopsAt, stop] = [false, 0, undefined, undefined, new AbortController()];
  vault = await fakeVault(({ method, path, body }) => {
    if (path === "sys/generate-root/attempt") {
      if (method === "GET") return { body: { started, progress, required: 2 } };
      if (method === "DELETE") [started, progress] = [false, 0];
      if (method === "PUT") started = true;
      return { body: { nonce: "n", otp, required: 2 } };
    }
    if (path === "sys/generate-root/update") {
      progress++;
      if (progress === stopsAt) stop.abort();
      if (progress === failsAt)
        return { status: 400, body: { errors: ["root generation canceled, reason: wrong key"] } };
      const complete = progress === 2 && body?.nonce === "n";
      return { body: { complete, encoded_token: complete ? encoded : "" } };
    }
    return path === "auth/token/revoke-self" ? { status: 204 } : undefined;
  });
});

afterEach(() => vault.close());

const requests = () => vault.seen.map(({ method, path }) => `${method} ${path}`);

test("makes the token of as many shares as are needed, and sends no more", async () => {
  expect(await generateRoot(vault.client, keys)).toBe(token);
  const sent = vault.seen.filter(({ path }) => path === "sys/generate-root/update").map(({ body }) => body?.key);
  expect(sent).toEqual(keys.slice(0, 2));
});

test("too few shares are refused before anything begins", async () => {
  await expect(generateRoot(vault.client, keys.slice(0, 1))).rejects.toThrow("needs 2 key shares; given: 1");
  expect(requests()).toEqual(["GET sys/generate-root/attempt"]);
});

test("somebody else's attempt is left alone", async () => {
  [started, progress] = [true, 1];
  await expect(generateRoot(vault.client, keys)).rejects.toThrow(/made already \(1 of 2 shares given\)/);
  expect(requests()).toEqual(["GET sys/generate-root/attempt"]);
});

test("a wrong share ends the attempt, so that nothing waits in the server", async () => {
  failsAt = 2;
  await expect(generateRoot(vault.client, keys)).rejects.toThrow("wrong key");
  expect(requests().at(-1)).toBe("DELETE sys/generate-root/attempt");
});

describe("a run that is stopped", () => {
  const stoppable = () => new VaultClient({ address: vault.address, signal: stop.signal });

  test("during the last share still learns the token, which would live on otherwise", async () => {
    stopsAt = 2;
    expect(await generateRoot(stoppable(), keys)).toBe(token);
  });

  test("during an earlier share gives no further one, and ends the attempt", async () => {
    stopsAt = 1;
    await expect(generateRoot(stoppable(), keys)).rejects.toMatchObject({ name: "AbortError" });
    expect(progress).toBe(0);
    expect(requests().filter((each) => each === "PUT sys/generate-root/update")).toHaveLength(1);
    expect(requests().at(-1)).toBe("DELETE sys/generate-root/attempt");
  });

  test("during the last share revokes the token of withRootToken", async () => {
    stopsAt = 2;
    const fails = withRootToken(stoppable(), keys, (root) => root.get("sys/mounts"));
    await expect(fails).rejects.toMatchObject({ name: "AbortError" });
    const revoked = vault.seen.filter(({ path }) => path === "auth/token/revoke-self");
    expect(revoked.map(({ headers }) => headers["x-vault-token"])).toEqual([token]);
  });
});

describe("withRootToken", () => {
  const revocations = () => vault.seen.filter(({ path }) => path === "auth/token/revoke-self");

  test("hands out a client with the token and revokes it", async () => {
    expect(await withRootToken(vault.client, keys, async () => "done")).toBe("done");
    expect(revocations().map(({ headers }) => headers["x-vault-token"])).toEqual([token]);
  });

  test("revokes it too when what is run fails, whose error counts", async () => {
    const fails = withRootToken(vault.client, keys, async () => {
      throw new Error("run failed");
    });
    await expect(fails).rejects.toThrow("run failed");
    expect(revocations()).toHaveLength(1);
  });
});

test("a token that does not fit its password is refused", () => {
  expect(() => decodeRootToken(encoded, "short")).toThrow(/does not fit/);
  expect(decodeRootToken(encoded, otp)).toBe(token);
});
