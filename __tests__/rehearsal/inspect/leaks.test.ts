import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

  it("leaves out the cluster's own data, where a Secret belongs", async () => {
    await mkdir(join(folder, "cluster"));
    await writeFile(join(folder, "cluster", "etcd.db"), secret);
    expect((await searchLeaks(folder, values)).leaks).toEqual([]);
  });
});
