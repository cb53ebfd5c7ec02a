import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openValues } from "../../../rehearsal/inspect/open-values";
import { stackFile } from "../../../stacks/stack-json";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "terralake-open-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test("values that stand in Git are told from those that are made ephemerally", async () => {
  const stack = join(folder, "stacks", "kind-secrets");
  await mkdir(stack, { recursive: true });
  const text =
    '${jsonencode({"driver" = "a \\"quoted\\" text", "password" = ephemeral.random_password.A_Password.result, "user" = "nessie"})}';
  const block = { data_json_wo: text };
  await writeFile(join(stack, stackFile), JSON.stringify({ resource: { vault_kv_secret_v2: { A: block } } }));
  expect([...(await openValues(folder, "kind-secrets"))]).toEqual(['a "quoted" text', "nessie"]);
});
