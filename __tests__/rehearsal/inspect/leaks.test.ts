import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { searchLeaks } from "../../../rehearsal/inspect/leaks";

const secret = 'kJ8"sLq0ZpXw72Vb';
const values = new Map([
  ["data/trino#password", secret],
  ["data/trino#user", "trino"],
]);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "terralake-leaks-"));
  await mkdir(join(folder, "stacks", "kind-secrets"), { recursive: true });
  await writeFile(join(folder, "stacks", "kind-secrets", "terraform.tfstate"), '{"user":"trino"}');
});

async function plant(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), text);
}

afterEach(() => rm(folder, { recursive: true, force: true }));

describe("searchLeaks", () => {
  it("finds nothing where nothing is, and counts what it looked at", async () => {
    expect(await searchLeaks(folder, values)).toEqual({ values: 1, files: 1, leaks: [] });
  });

  it.each([
    ["as it is", Buffer.from(`password = ${secret}`)],
    ["in JSON", Buffer.from(JSON.stringify({ password: secret }))],
    ["in base64", Buffer.from(Buffer.from(secret).toString("base64"))],
    ["in a gzip file", gzipSync(`password = ${secret}`)],
  ])("finds a value %s", async (_how, content) => {
    await writeFile(join(folder, "stacks", "kind-secrets", "first.tfplan.json"), content);
    const { leaks } = await searchLeaks(folder, values);
    expect(leaks).toEqual(["stacks/kind-secrets/first.tfplan.json (data/trino#password)"]);
  });

  it("never names the value", async () => {
    await writeFile(join(folder, "plan.json"), secret);
    expect(JSON.stringify(await searchLeaks(folder, values))).not.toContain(secret);
  });

  it.each([
    ["what was printed", { printed: `done: ${secret}` }, undefined, "what was printed (data/trino#password)"],
    ["Vault's audit log", {}, "vault/vault/audit/audit.log", "vault/vault/audit/audit.log (data/trino#password)"],
    [
      "a log of the cluster",
      {},
      "cluster/log/kube-apiserver.log",
      "cluster/log/kube-apiserver.log (data/trino#password)",
    ],
  ])("finds a value in %s", async (_where, options, file, leak) => {
    if (file) await plant(file, secret);
    expect((await searchLeaks(folder, values, options)).leaks).toEqual([leak]);
  });

  it.each([
    ["a token of Vault", `hvs.${"CAESIJ7x".repeat(4)}`],
    ["a JSON web token", `eyJ${"hbGciOiJ".repeat(3)}.eyJ${"pc3MiOiJ".repeat(3)}.${"c2lnbmF0".repeat(6)}`],
  ])("finds %s that nobody has met", async (name, token) => {
    await plant("logs/kind-secrets-apply.log", `token = ${token}`);
    expect((await searchLeaks(folder, new Map())).leaks).toEqual([`logs/kind-secrets-apply.log (${name})`]);
    expect(JSON.stringify(await searchLeaks(folder, new Map()))).not.toContain(token);
  });

  it("does not look for values that stand in Git", async () => {
    const open = "org.apache.spark.serializer.KryoSerializer";
    await writeFile(join(folder, "plan.json"), open);
    const settings = new Map([...values, ["kyuubi/spark#spark_serializer", open]]);
    expect((await searchLeaks(folder, settings)).leaks).toEqual(["plan.json (kyuubi/spark#spark_serializer)"]);
    expect(await searchLeaks(folder, settings, { open: new Set([open]) })).toEqual({ values: 1, files: 2, leaks: [] });
  });

  it("leaves out the cluster's own data, where a Secret belongs", async () => {
    await mkdir(join(folder, "cluster"));
    await writeFile(join(folder, "cluster", "etcd.db"), secret);
    expect((await searchLeaks(folder, values)).leaks).toEqual([]);
  });
});
