import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kind } from "../../../environments/kind";
import { connectionThrough } from "../../../operations/vault/connection";
import { takeSnapshot } from "../../../operations/vault/snapshot";
import { type FakeCluster, fakeCluster, tokenOf } from "../kubernetes/fake-api-server";
import { snapshotOf } from "./snapshots";

let folder: string;
let file: string;
let content: Buffer;
let status: number;
let cluster: FakeCluster;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "terralake-snapshot-"));
  file = join(folder, "a.snap");
  content = snapshotOf();
  status = 200;
  cluster = await fakeCluster(({ path, body, headers }) => {
    if (path === "auth/kubernetes/login") {
      const allowed = body?.role === "vault-snapshot" && body.jwt === "vault/vault-snapshot@vault";
      return allowed
        ? { body: { auth: { client_token: "snapshots" } } }
        : { status: 403, body: { errors: ["permission denied"] } };
    }
    if (path === "auth/token/revoke-self") return { status: 204 };
    if (path !== "sys/storage/raft/snapshot" || headers["x-vault-token"] !== "snapshots")
      return { status: 403, body: { errors: [] } };
    return status === 200 ? { body: content } : { status, body: { errors: ["1 error occurred"] } };
  }, tokenOf);
});

afterEach(async () => {
  await cluster.server.close();
  rmSync(folder, { recursive: true, force: true });
});

const take = (force?: boolean) => takeSnapshot(connectionThrough(cluster.config, kind), file, { force });

test("logs in with its own account and audience, writes a file for its owner only, and logs out", async () => {
  expect(await take()).toMatchObject({ index: 44, bytes: content.length });
  expect(readFileSync(file).equals(content)).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["a.snap"]);
  expect(cluster.atVault.map(({ path }) => path)).toEqual([
    "auth/kubernetes/login",
    "sys/storage/raft/snapshot",
    "auth/token/revoke-self",
  ]);
});

test("goes through the API server as the operator, whose token Vault's own does not replace", async () => {
  await take();
  const [, download] = cluster.atVault;
  expect(download?.through).toBe("services/https:vault-active:8200");
  expect(download?.headers).toMatchObject({ authorization: "Bearer operator's", "x-vault-token": "snapshots" });
});

test("a file that is there is replaced only when asked to", async () => {
  writeFileSync(file, "old");
  await expect(take()).rejects.toThrow(/is there already; .*--force/);
  expect(cluster.server.seen).toEqual([]);
  await take(true);
  expect(readFileSync(file).equals(content)).toBe(true);
});

test("what is not whole leaves nothing, and the old file as it was", async () => {
  writeFileSync(file, "old");
  content = content.subarray(0, content.length - 30);
  await expect(take(true)).rejects.toThrow(/no whole snapshot/);
  expect(readFileSync(file, "utf8")).toBe("old");
  expect(readdirSync(folder)).toEqual(["a.snap"]);
});

test("a refusal in the middle is an error, and logs out too", async () => {
  status = 500;
  await expect(take()).rejects.toThrow(/answered with 500: 1 error occurred/);
  expect(cluster.atVault.at(-1)?.path).toBe("auth/token/revoke-self");
  expect(readdirSync(folder)).toEqual([]);
});
